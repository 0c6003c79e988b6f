#include "widgets/sign_in_text.h"

#include "widgets/link_words.h"
#include "widgets/panels/refusal_text.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;
using Why = SignInTrouble::Why;

namespace {

Words wordsOf(Why why)
{
    switch (why) {
    case Why::WrongPassword:
        return {
            u"用户名或口令不对，服务器 %1 没有放行。请核对大小写和输入法后重试；忘记口令请找管理"
            "员重设。连续五次错误会暂时锁定。"_s,
            u"The server %1 says that the name or the password is wrong. Check the case and "
            "the input method and try again; an administrator can set a new password. Five "
            "wrong ones in a row lock for a while."_s};
    case Why::LockedOut:
        return {
            u"口令错误次数过多，服务器 %1 已锁定登录，%5解除（还有%4）。请到时再试；急用请找管理员"
            "。"_s,
            u"After too many wrong passwords the server %1 has locked signing in until %5 "
            "(%4). Try again then; an administrator can help sooner."_s};
    case Why::Disabled:
        return {u"口令正确，但管理员已停用此账号。请联系管理员，或换人登录。"_s,
                u"The password is right, but an administrator has disabled this account. Ask an "
                "administrator, or let somebody else sign in."_s};
    case Why::DeviceRevoked:
        return {
            u"口令正确，但管理员已撤销本席位这台设备。请联系管理员确认后，换一台登记过的设备登录"
            "。"_s,
            u"The password is right, but an administrator has revoked this desk's device. Ask "
            "an administrator, and sign in at another desk meanwhile."_s};
    case Why::OtherDevice:
        return {
            u"口令正确，但服务器 %1 已把本设备的编号登记给另一台设备（可能复制了数据）。请联系管"
            "理员。"_s,
            u"The password is right, but the server %1 knows another device by this one's id: "
            "it may have been copied. Ask an administrator."_s};
    case Why::NotPermitted:
        return {u"服务器 %1 不允许此账号在这里登录。请联系管理员授权。"_s,
                u"The server %1 does not let this person sign in here. Ask an administrator for "
                "the right."_s};
    case Why::NoRealm:
        return {u"服务器 %1 上没有“%2”。请核对名称后重试。"_s,
                u"The server %1 has no “%2”. Check the name and try again."_s};
    case Why::TooOld:
        return {u"服务器 %1 "
                u"要求更新的版本。请升级避风；本机的数据和队列都保留，离线登录后可以查看和导出"
                "。"_s,
                u"The server %1 wants a newer Leeward. Update it; what is on this machine and in "
                "its queue is kept, and can be looked at and exported after signing in offline."_s};
    case Why::Busy:
        return {
            u"服务器 %1 有回应，但现在不能登录（太忙，或数据不可用）。请%4后重试；一直如此请通知"
            "管理员。"_s,
            u"The server %1 answers but can sign nobody in now: too much to do, or its data is "
            "not to be had. Try again in %4; if it goes on, tell the administrator."_s};
    case Why::Malformed:
        return {u"服务器 %1 不接受这些内容。用户名和席位名各限64个字，不能为空；请修改后重试。"_s,
                u"The server %1 finds fault with what was sent. The names of person and desk have "
                "1 to 64 characters; change them and try again."_s};
    case Why::SessionEnded:
        return {u"上次的登录已被服务器 %1 结束（管理员注销、口令已改，或登录到期）。请重新登录。"_s,
                u"The server %1 has ended the last session: an administrator did, the password was "
                "changed, or it ran out. Sign in again."_s};
    case Why::Offline:
        return {u"服务器 %1 没有回应。请检查地址和网线，稍后重试。"_s,
                u"The server %1 does not answer. Check the address and the cable, and try again "
                "later."_s};
    case Why::Untrusted:
        return {u"%1 的证书不是本席位所信任的机构签发，可能有人冒充服务器；口令没有发出。请向管理员"
                "索取 ca.pem，在下面选中它，并打电话核对指纹。"_s,
                u"The certificate of %1 is not of an authority this desk believes: it may be "
                "somebody else, and the password was not sent. Get ca.pem from the administrator, "
                "choose it below, and compare its fingerprint by telephone."_s};
    case Why::NotAServer:
        return {u"%1 有回应，但不是避风服务器（可能是上网认证页或其他程序）。请核对地址和端口。"_s,
                u"Something answers at %1, but it is no Leeward server: perhaps a sign-in page of "
                "the network. Check address and port."_s};
    case Why::BadAddress:
        return {u"“%1”不是服务器地址。应形如 https://hall.example:7443。"_s,
                u"“%1” is no address of a server. One looks like https://hall.example:7443."_s};
    case Why::NotEncrypted:
        return {u"%1 没有加密，口令会以明文经过网络，所以没有连接。请改用 https:// 地址。"_s,
                u"%1 is not encrypted, and the password would cross the network in clear, so "
                "nothing was sent. Use an https:// address."_s};
    case Why::CaMissing:
        return {u"找不到证书文件 %3。请向管理员索取服务器的 ca.pem 并在下面选中。"_s,
                u"The certificate file %3 is not there. Get the server's ca.pem from the "
                "administrator and choose it below."_s};
    case Why::CaUnreadable:
        return {u"%3 不能读取，或不是证书。请向管理员索取服务器的 ca.pem 并在下面选中。"_s,
                u"%3 can not be read or holds no certificate. Get the server's ca.pem from the "
                "administrator and choose it below."_s};
    case Why::OfflineWrongPassword:
        return {u"离线登录：用户名或口令不对。请输入上次在本席位联网登录时的口令。"_s,
                u"Offline: the name or the password is wrong. Use the password of the last sign-in "
                "at the server from this desk."_s};
    case Why::OfflineLocked:
        return {u"离线登录：口令错误次数过多，本席位已锁定，%5解除（还有%4）。"_s,
                u"Offline: after too many wrong passwords this desk has locked signing in until %5 "
                "(%4)."_s};
    case Why::OfflineBroken:
        return {
            u"离线登录：本席位保存的授权不完整，或不是服务器 %1 发给这台设备的。只能联网登录。"_s,
            u"Offline: the permission kept at this desk is damaged, or is not what the server "
            "%1 gave this device. Only signing in at the server helps."_s};
    case Why::OfflineUnknown:
        return {
            u"离线登录：此人没有在本席位联网登录过，或本机没有密钥库，没有可用的授权。请等服务器 "
            "%1 恢复，或由登录过的人登录。"_s,
            u"Offline: nothing is kept of this person here, because they never signed in at "
            "this desk or the system has no key store. Wait for the server %1, or let somebody "
            "sign in who has."_s};
    }
    return {};
}

// At work the authority can be seen and not chosen.
Words untrustedAtWork()
{
    return {
        u"%1 的证书不是本席位所信任的机构签发，可能有人冒充服务器；口令没有发出。请打电话与管理员核"
        "对机构的指纹。如果服务器确实换了机构，请索取新的 ca.pem，关闭本程序再启动，在启动时的登录"
        "窗口中选中它；队列保留。"_s,
        u"The certificate of %1 is not of the authority this desk believes: it may be somebody "
        "else, and the password was not sent. Compare the authority's fingerprint with the "
        "administrator by telephone. If the server really has another one now, get its ca.pem, "
        "close the program, start it and choose the file in the dialog at the start; the queue "
        "is kept."_s};
}

} // namespace

QString signInText(const SignInTrouble &trouble, SignInPlace place, Instant now, Language language)
{
    const bool atWork = trouble.why == Why::Untrusted && place == SignInPlace::AtWork;
    const Words words = atWork ? untrustedAtWork() : wordsOf(trouble.why);
    return filledIn(words.in(language), trouble, now, language);
}

QString filledIn(QString text, const SignInTrouble &trouble, Instant now, Language language)
{
    const bool zh = language == Language::Chinese;
    const Duration wait = std::max<Duration>(trouble.wait, std::chrono::seconds(1));
    const QString span = wait < std::chrono::minutes(1)
                             ? (zh ? u"%1秒"_s : u"%1 s"_s)
                                   .arg(std::chrono::ceil<std::chrono::seconds>(wait).count())
                             : spanWords(std::chrono::ceil<std::chrono::minutes>(wait), language);
    text.replace(u"%4"_s, span);
    text.replace(u"%5"_s, shortTime(now + std::chrono::ceil<std::chrono::minutes>(wait), now));
    text.replace(u"%1"_s, trouble.server);
    text.replace(u"%2"_s, trouble.realm);
    text.replace(u"%3"_s, trouble.file);
    return text;
}

bool offlineMayHelp(Why why)
{
    switch (why) {
    case Why::Busy:
    case Why::Offline:
    case Why::NotAServer:
    case Why::TooOld:    // to look, and to export the queue
    case Why::Untrusted: // somebody stands between; what is kept here is good all the same
    case Why::OfflineWrongPassword:
    case Why::OfflineLocked:
    case Why::OfflineBroken:
    case Why::OfflineUnknown: return true;
    case Why::WrongPassword:
    case Why::LockedOut:
    case Why::Disabled:
    case Why::DeviceRevoked:
    case Why::OtherDevice:
    case Why::NotPermitted:
    case Why::NoRealm:
    case Why::Malformed:
    case Why::SessionEnded:
    case Why::BadAddress:
    case Why::NotEncrypted:
    case Why::CaMissing:
    case Why::CaUnreadable: return false;
    }
    return false;
}

} // namespace leeward::widgets
