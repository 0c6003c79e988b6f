#include "widgets/panels/package_text.h"

#include "models/items/clock_text.h"
#include "widgets/panels/refusal_text.h"

#include <QFileInfo>
#include <QHash>

namespace leeward::widgets {

using namespace Qt::StringLiterals;

namespace {

QString say(Language language, const QString &chinese, const QString &english)
{
    return language == Language::Chinese ? chinese : english;
}

const QHash<QString, Words> &faults()
{
    static const QHash<QString, Words> all = {
        {u"not-a-package"_s,
         {u"这个文件不是避风数据包，未读取。请核对选的是不是 .leewardpkg 文件。"_s,
          u"That file is no package of Leeward; nothing was taken. Check that it is the "
          u".leewardpkg "
          u"file."_s}},
        {u"newer-format"_s,
         {u"数据包由更新版本的避风写成，本程序读不懂，未取用。请先升级。"_s,
          u"It was written by a newer Leeward that this one can not read; nothing was taken. "
          u"Update "
          u"first."_s}},
        {u"cut-short"_s,
         {u"数据包不完整，末尾缺失，未取用。请重新拷贝，弹出后再拔U盘。"_s,
          u"Its end is missing; nothing was taken. Copy it again, and take the stick out only when "
          u"it may be."_s}},
        {u"damaged"_s,
         {u"数据包封存后被改动或损坏，未取用。请对方重新写出，并查问经手人。"_s,
          u"It was changed or damaged after it was sealed; nothing was taken. Have it written "
          u"again, "
          u"and ask who had it."_s}},
        {u"unknown-sender"_s,
         {u"数据包完整，但这里没有发送方的名片，未取用。请用电台或电话核对指纹，一致后再取用。"_s,
          u"It is whole, but no card of its sender is here; nothing was taken. Compare the "
          u"fingerprint by radio or telephone, and take it if it is the same."_s}},
        {u"not-for-us"_s,
         {u"数据包是封给其他指挥厅的，本厅打不开，未取用。请对方用本厅名片重新写出。"_s,
          u"It is sealed for other halls and can not be opened here; nothing was taken. Have it "
          u"written for this hall's card."_s}},
        {u"wrong-passphrase"_s,
         {u"口令不对或未填，未取用。请核对口令，或请对方用本厅名片重新写出。"_s,
          u"The pass-phrase is wrong or missing; nothing was taken. Check it, or have it written "
          u"for "
          u"this hall's card."_s}},
        {u"drill-into-live"_s,
         {u"这是演练的数据包，不能进入实战，未取用。"_s,
          u"It is of a drill and never goes into live work; nothing was taken."_s}},
        {u"live-into-drill"_s,
         {u"这是实战或另一场演练的数据包，不能进入本场演练，未取用。"_s,
          u"It is of live work or of another drill and never goes into this drill; nothing was "
          u"taken."_s}},
        {u"other-realm"_s,
         {u"数据包属于另一个数据域，未取用。请核对是否拿错。"_s,
          u"It is of another realm; nothing was taken. Check that it is the right one."_s}},
        {u"forged-operation"_s,
         {u"包内有操作不是所署席位签的名，全部未取用。请不要信任该发送方，并报告管理员。"_s,
          u"It holds an operation that the desk it names has not signed; nothing at all was taken. "
          u"Do not trust the sender, and tell the administrator."_s}},
        {u"hole"_s,
         {u"数据包从较新的日志开始，中间缺少一段，未取用。请对方从缺少的号起重新写出。"_s,
          u"It begins after the newest entry here, with a part missing between; nothing was taken. "
          u"Have it written again from the number below."_s}},
        {u"other-past"_s,
         {u"数据包的日志与本厅日志不是同一份，未取用。请对方只写出待发操作。"_s,
          u"Its entries are of another journal than this hall's; nothing was taken. Have only the "
          u"operations written."_s}},
        {u"failed"_s,
         {u"没有读完，原因不在数据包。已取用的保留，可再读一次，重复的会跳过。"_s,
          u"It was not finished, and not because of the package. What was taken stays; read it "
          u"again, and what is here is passed over."_s}}};
    return all;
}

} // namespace

QString packageFaultText(const QString &fault, Language language)
{
    const auto found = faults().constFind(fault);
    return found == faults().constEnd() ? QString() : found->in(language);
}

QString packageRefusedText(const PackageRefused &refused, Language language)
{
    if (refused.error.code == Errc::Cancelled)
        return say(language, u"已取消，未取用。"_s, u"Cancelled; nothing was taken."_s);
    QString text = u"✕ "_s + packageFaultText(refused.fault, language);
    if (refused.fault == "failed"_L1)
        text += u'\n' + errorText(refused.error, language);
    else if (refused.fault == "hole"_L1)
        text += u'\n' + refused.error.detail;
    return text;
}

QString packageWrittenText(const PackageWritten &written, const QString &file, Language language)
{
    return say(language, u"✓ 已写出 %1：日志 %2 条，操作 %3 项，%4 KB。请弹出U盘后再拔下。"_s,
               u"✓ Written: %1 with %2 entries and %3 operations, %4 KB. Eject the stick before "
               u"taking it out."_s)
        .arg(QFileInfo(file).fileName())
        .arg(written.entries)
        .arg(written.operations)
        .arg((written.bytes + 1023) / 1024);
}

QString packageSeenText(const PackageSeen &seen, Instant now, Language language)
{
    QStringList lines;
    lines += say(language, u"发送方：%1　指纹 %2"_s, u"From: %1 · fingerprint %2"_s)
                 .arg(seen.sender.name, seen.sender.fingerprint);
    lines +=
        say(language, u"封存于 %1（%2前，按对方时钟）"_s,
            u"Sealed %1 (%2 ago, by the sender's clock)"_s)
            .arg(items::clockText(seen.madeAt, now), items::spanText(now - seen.madeAt, language));
    if (!seen.mark.isEmpty())
        lines += say(language, u"演练：%1"_s, u"Of a drill: %1"_s).arg(seen.mark);
    return lines.join(u'\n');
}

QString packageTakenText(const PackageTaken &taken, Instant now, Language language)
{
    QStringList lines = {packageSeenText(taken.seen, now, language)};
    lines += say(language, u"✓ 日志：取用 %1 条，已有 %2 条"_s,
                 u"✓ Entries: %1 taken, %2 were here already"_s)
                 .arg(taken.entriesTaken)
                 .arg(taken.entriesKnown);
    lines += say(language, u"✓ 操作：取用 %1 项，已有 %2 项"_s,
                 u"✓ Operations: %1 taken, %2 were here already"_s)
                 .arg(taken.operationsTaken)
                 .arg(taken.operationsKnown);
    if (taken.operationsInConflict > 0)
        lines += say(language, u"⚡ 其中 %1 项与本厅不符，在待发队列中等待决定"_s,
                     u"⚡ %1 of them do not fit here and wait in the queue for a decision"_s)
                     .arg(taken.operationsInConflict);
    if (!taken.strangers.isEmpty())
        lines += say(language, u"？有 %1 台设备没有名片，由发送方担保：%2"_s,
                     u"? %1 device(s) without a card here, vouched for by the sender: %2"_s)
                     .arg(taken.strangers.size())
                     .arg(taken.strangers.join(u"; "_s));
    return lines.join(u'\n');
}

} // namespace leeward::widgets
