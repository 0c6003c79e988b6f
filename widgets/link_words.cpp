#include "widgets/link_words.h"

#include "widgets/panels/refusal_text.h"

namespace leeward::widgets {

using namespace Qt::StringLiterals;
using State = LinkStatus::State;

namespace {

// A state in a word or two, with the shape it is told by.
struct Face
{
    QChar shape;
    Words word;
};

Face faceOf(State state)
{
    switch (state) {
    case State::StandAlone: return {u'●', {u"单机"_s, u"stand-alone"_s}};
    case State::Connecting: return {u'◌', {u"正在连接"_s, u"connecting"_s}};
    case State::Connected: return {u'●', {u"已连接"_s, u"connected"_s}};
    case State::Offline: return {u'○', {u"离线"_s, u"offline"_s}};
    case State::Unavailable: return {u'◍', {u"服务器暂不可用"_s, u"server busy"_s}};
    case State::NotSignedIn: return {u'▲', {u"须重新登录"_s, u"sign in again"_s}};
    case State::SignedInOffline: return {u'○', {u"离线登录"_s, u"signed in offline"_s}};
    case State::ServerIsBack: return {u'▲', {u"服务器已恢复"_s, u"server is back"_s}};
    case State::SignedOut: return {u'▲', {u"未登录"_s, u"signed out"_s}};
    case State::LockedOut: return {u'■', {u"登录被锁定"_s, u"locked out"_s}};
    case State::NotPermitted: return {u'■', {u"无权使用"_s, u"not permitted"_s}};
    case State::NoRealm: return {u'■', {u"服务器无此域"_s, u"no such realm"_s}};
    case State::Untrusted: return {u'✕', {u"服务器不可信"_s, u"server not trusted"_s}};
    case State::TooOld: return {u'■', {u"版本过旧"_s, u"too old"_s}};
    }
    return {};
}

Words reasonOf(State state)
{
    switch (state) {
    case State::StandAlone:
        return {u"本席位单机运行，日志保存在本机。"_s,
                u"This desk works stand-alone; the journal is kept on this machine."_s};
    case State::Connecting:
        return {u"正在连接服务器 %1。可以照常工作。"_s,
                u"Connecting to the server %1. Work goes on as usual."_s};
    case State::Connected:
        return {u"已连接服务器 %1：各席位看到的相同。"_s,
                u"Connected to the server %1: all desks see the same."_s};
    case State::Offline:
        return {u"服务器 %1 没有回应（网络中断、服务器停机，或被上网认证页拦截）。可以照常工作，操"
                "作留在队列中，恢复后自动上报。"_s,
                u"The server %1 does not answer: the network is down, the server is, or a sign-in "
                "page of the network stands between. Work goes on; what is done waits in the queue "
                "and is sent by itself."_s};
    case State::Unavailable:
        return {u"服务器 %1 有回应，但现在不能写入日志（磁盘已满、数据库不可用或过载）。请通知服务"
                "器管理员；可以照常工作，操作留在队列中。"_s,
                u"The server %1 answers but can not write its journal now: a full disk, its "
                "database, or too much to do. Tell whoever runs it; work goes on, what is done "
                "waits in the queue."_s};
    case State::NotSignedIn:
        return {u"服务器 %1 已结束本席位的登录（管理员注销、口令已改，或登录到期）。请重新登录；队"
                "列和窗口都保留。"_s,
                u"The server %1 has ended this session: an administrator did, the password was "
                "changed, or it ran out. Sign in again; the queue and the windows stay."_s};
    case State::SignedInOffline:
        return {
            u"服务器 %1 没有回应，本席位是离线登录。可以照常工作，操作留在队列中；服务器恢复后须再"
            "登录一次才能上报。"_s,
            u"The server %1 does not answer, and this desk was signed in to offline. Work goes "
            "on and waits in the queue; once the server is back, sign in there to send it."_s};
    case State::ServerIsBack:
        return {
            u"服务器 %1 已恢复。请登录，队列中的操作才能上报。"_s,
            u"The server %1 is back. Sign in there, so that what waits in the queue is sent."_s};
    case State::SignedOut:
        return {u"本席位没有人登录，只能查看。请登录；队列保留，登录后上报。"_s,
                u"Nobody is signed in at this desk, so it can only look. Sign in; the queue is "
                "kept and is sent then."_s};
    case State::LockedOut:
        return {u"口令错误次数过多，服务器 %1 已暂时锁定。锁定最长15分钟，之后请重新登录；急用请找"
                "管理员。队列保留。"_s,
                u"After too many wrong passwords the server %1 has locked this person for a while, "
                "15 minutes at most. Then sign in again; an administrator can help sooner. The "
                "queue is kept."_s};
    case State::NotPermitted:
        return {u"服务器 %1 不允许当前用户使用“%2”。请由管理员授权，或换人登录；队列保留。"_s,
                u"The server %1 does not let this person use “%2”. Ask an administrator for the "
                "right, or let somebody else sign in; the queue is kept."_s};
    case State::NoRealm:
        return {u"服务器 %1 上没有“%2”。请向管理员核对名称，然后用正确的名称启动；队列保留。"_s,
                u"The server %1 has no “%2”. Ask an administrator for the name and start with it; "
                "the queue is kept."_s};
    case State::Untrusted:
        return {u"%1 的证书不是本席位所信任的机构签发，可能有人冒充服务器，没有发送任何内容。请打电"
                "话与管理员核对证书指纹；如果确实换了机构，请重新启动本程序，在登录窗口中选中新的 "
                "ca.pem。可以照常工作。"_s,
                u"The certificate of %1 is not of the authority this desk believes: it may be "
                "somebody else, and nothing was sent. Compare the fingerprint with the "
                "administrator by telephone. If there really is another authority, start the "
                "program again and choose its ca.pem in the sign-in dialog. Work goes on here."_s};
    case State::TooOld:
        return {u"服务器 %1 要求更新的版本，本程序只能查看。请升级避风；队列保留，可以导出。"_s,
                u"The server %1 wants a newer Leeward, so this one can only look. Update it; the "
                "queue is kept and can be exported."_s};
    }
    return {};
}

// At a connected server that has archived what this desk lacks.
Face copyFace()
{
    return {u'▲', {u"须装入副本"_s, u"copy needed"_s}};
}

Words copyReason()
{
    return {u"本席位离开太久，缺少的条目已被服务器 %1 "
            u"归档，收发已停。请装入完整副本：窗口关闭片刻后自动"
            "重开，不必重新登录；队列保留，装入后上报。"_s,
            u"This desk was away for so long that the server %1 has archived entries it lacks, so "
            "nothing is sent or fetched. Load a whole copy: the window closes for a while and "
            "comes back, nobody has to sign in, and the queue is kept and is sent then."_s};
}

QString waitingText(int waiting, Language language)
{
    if (waiting == 0)
        return {};
    return language == Language::Chinese ? u"待发 %1"_s.arg(waiting) : u"%1 waiting"_s.arg(waiting);
}

QString graceText(Duration grace, Language language)
{
    const bool zh = language == Language::Chinese;
    if (grace <= Duration(0))
        return zh ? u"离线期限已过，只能查看。"_s
                  : u"The time without the server is used up: this desk can only look."_s;
    return (zh ? u"离线期限还剩%1。"_s : u"May go on without the server for %1."_s)
        .arg(spanWords(grace, language));
}

} // namespace

QString spanWords(Duration span, Language language)
{
    const bool zh = language == Language::Chinese;
    const qint64 minutes = std::chrono::floor<std::chrono::minutes>(span).count();
    if (minutes < 1)
        return zh ? u"不到1分钟"_s : u"less than a minute"_s;
    const qint64 hours = minutes / 60;
    QString rest = (zh ? u"%1分钟"_s : u"%1 min"_s).arg(minutes % 60);
    if (hours == 0)
        return rest;
    const QString whole = (zh ? u"%1小时"_s : u"%1 h"_s).arg(hours);
    return minutes % 60 == 0 ? whole : whole + (zh ? u""_s : u" "_s) + rest;
}

LinkWords linkWords(const LinkStatus &status, int waiting, Instant now, Language language)
{
    const bool copyNext = copyMayBeLoaded(status);
    const Face face = copyNext ? copyFace() : faceOf(status.state);
    const bool zh = language == Language::Chinese;
    if (status.state == State::StandAlone)
        return {.brief = {}, .line = {}, .sentence = reasonOf(status.state).in(language)};
    const QString since = (zh ? u"%1起"_s : u"since %1"_s).arg(shortTime(status.since, now));
    const QString state = face.word.in(language);
    const QString named = state + u' ' + since;
    LinkWords words;
    if (status.state != State::Connected || copyNext) {
        words.brief = face.shape + u' ' + named;
        if (waiting > 0)
            words.brief += u" · "_s + waitingText(waiting, language);
    }
    words.line = status.server + u" · "_s + named;
    QString sentence = (copyNext ? copyReason() : reasonOf(status.state)).in(language);
    sentence.replace(u"%1"_s, status.server);
    sentence.replace(u"%2"_s, status.realm);
    words.sentence = sentence;
    const auto add = [&words, zh](const QString &more) {
        words.sentence += (zh ? u""_s : u" "_s) + more;
    };
    if (waiting > 0)
        add((zh ? u"待发操作%1条。"_s : u"Waiting in the queue: %1."_s).arg(waiting));
    const bool works = status.state != State::Connected && status.state != State::SignedOut &&
                       status.state != State::TooOld;
    if (status.grace && works)
        add(graceText(*status.grace, language));
    if (status.needsCopy && !copyNext)
        add(zh ? u"缺少的条目已被服务器归档：连上后须装入完整副本。"_s
               : u"Entries that this desk lacks are archived there: once it is connected, a whole "
                 "copy has to be loaded."_s);
    return words;
}

} // namespace leeward::widgets
