#include "widgets/password_text.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;
using Why = SignInTrouble::Why;

namespace {

// %1 the server. Nothing: the words of a sign-in say it.
std::optional<Words> wordsOf(Why why)
{
    switch (why) {
    case Why::WrongPassword:
        return Words{
            u"现在的口令不对，没有修改。请核对大小写和输入法后重试；忘记口令请找管理员重设。连"
            "续五次错误会暂时锁定。"_s,
            u"The current password is wrong, and nothing was changed. Check the case and "
            "the input method and try again; an administrator can set a new password. "
            "Five wrong ones in a row lock for a while."_s};
    case Why::Malformed:
        return Words{
            u"服务器 %1 不接受这个新口令：太短、太长、与用户名太像，或太常见。没有修改，请换"
            "一个。"_s,
            u"The server %1 does not accept this new password: it is too short or long, "
            "too much like the name, or too common. Nothing was changed; choose another "
            "one."_s};
    case Why::Busy:
        return Words{
            u"服务器 %1 有回应，但现在不能修改（太忙，或数据不可用）。请%4后重试；一直如此请"
            "通知管理员。"_s,
            u"The server %1 answers but can change nothing now: too much to do, or its "
            "data is not to be had. Try again in %4; if it goes on, tell the "
            "administrator."_s};
    case Why::Offline:
        return Words{
            u"服务器 %1 没有回应，不能确定口令是否已经修改。连上后请重试；如果说现在的口令不"
            "对，就是已经改了，请用新口令登录。"_s,
            u"The server %1 gave no answer, so it is not certain whether the password was "
            "changed. Try again once it is there: if it says that the current password is "
            "wrong, the change was made, and the new one is good."_s};
    case Why::Untrusted:
        return Words{
            u"%1 的证书不是本席位所信任的机构签发，可能有人冒充服务器；口令没有发出，没有修改"
            "。请打电话与管理员核对证书指纹。"_s,
            u"The certificate of %1 is not of the authority this desk believes: it may be "
            "somebody else. No password was sent and nothing was changed. Compare the "
            "fingerprint with the administrator by telephone."_s};
    case Why::TooOld:
        return Words{u"服务器 %1 要求更新的版本，没有修改。请先升级避风。"_s,
                     u"The server %1 wants a newer Leeward, and nothing was changed. Update it "
                     "first."_s};
    case Why::LockedOut:
    case Why::Disabled:
    case Why::DeviceRevoked:
    case Why::OtherDevice:
    case Why::NotPermitted:
    case Why::NoRealm:
    case Why::SessionEnded:
    case Why::NotAServer:
    case Why::BadAddress:
    case Why::NotEncrypted:
    case Why::CaMissing:
    case Why::CaUnreadable:
    case Why::OfflineWrongPassword:
    case Why::OfflineLocked:
    case Why::OfflineBroken:
    case Why::OfflineUnknown: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

QString rulesText(const PasswordRules &rules, Language language)
{
    const QString text =
        language == Language::Chinese
            ? u"新口令：%1至%"
              u"2个字符，空格也算；不能是用户名或只多几个字；不能是常见口令、同一字符重复或"
              "键盘上的一串；不能与现在的相同。"_s
            : u"The new one: %1 to %2 characters, blanks included; not the name, or little more "
              "than it; not one that many use, one character repeated, or a run of the keyboard; "
              "not the current one."_s;
    return text.arg(rules.shortest).arg(rules.longest);
}

QString flawText(PasswordFlaw flaw, const PasswordRules &rules, Language language)
{
    const bool zh = language == Language::Chinese;
    switch (flaw) {
    case PasswordFlaw::TooShort:
        return (zh ? u"○ 不足%1个字符"_s : u"○ fewer than %1 characters"_s).arg(rules.shortest);
    case PasswordFlaw::TooLong:
        return (zh ? u"✕ 超过%1个字符"_s : u"✕ more than %1 characters"_s).arg(rules.longest);
    case PasswordFlaw::IsName: return zh ? u"✕ 与用户名太像"_s : u"✕ too much like the name"_s;
    case PasswordFlaw::TooCommon: return zh ? u"✕ 太常见，容易猜到"_s : u"✕ too common"_s;
    case PasswordFlaw::Unchanged:
        return zh ? u"✕ 与现在的口令相同"_s : u"✕ the same as the current one"_s;
    }
    return {};
}

QString passwordText(const SignInTrouble &trouble, Instant now, Language language)
{
    const auto words = wordsOf(trouble.why);
    return words ? filledIn(words->in(language), trouble, now, language)
                 : signInText(trouble, SignInPlace::AtWork, now, language);
}

QString passwordOfflineText(const QString &server, Language language)
{
    const QString text =
        language == Language::Chinese
            ? u"服务器 %1 "
              u"现在联系不上。口令由服务器保管，所有席位都向它核对，所以离线时不能修改；连上"
              "后在这里继续。"_s
            : u"The server %1 can not be asked now. It keeps the password, and every desk asks it, "
              "so there is no changing it offline. Once it is back you can go on here."_s;
    return text.arg(server);
}

} // namespace leeward::widgets
