#include "tests/panels/support/world.h"
#include "widgets/panels/operation_text.h"
#include "widgets/panels/refusal_text.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

using namespace leeward;
using namespace Qt::StringLiterals;

namespace {

const QString someId = u"01890000-0000-7000-8000-000000000001"_s;
constexpr qint64 now = 1'786'500'000'000;

std::vector<Refusal> examples()
{
    using R = RefusalReason;
    return {
        {R::UnknownOperation, {{u"kind"_s, u"team.clone"_s}}},
        {R::BadArguments, {{u"argument"_s, u"until"_s}}},
        {R::BadArguments, {{u"argument"_s, u"some_column"_s}, {u"value"_s, u"x_y"_s}}},
        {R::NotFound, {{u"table"_s, u"assignment_event"_s}, {u"id"_s, someId}}},
        {R::NotFound, {{u"table"_s, u"landing_point"_s}, {u"id"_s, someId}}},
        {R::AlreadyExists, {{u"table"_s, u"team"_s}, {u"id"_s, someId}, {u"code"_s, u"T-1"_s}}},
        {R::AlreadyExists, {{u"table"_s, u"incident"_s}, {u"id"_s, someId}}},
        {R::IllegalTransition,
         {{u"table"_s, u"assignment"_s},
          {u"id"_s, someId},
          {u"taskType"_s, u"stand_by"_s},
          {u"from"_s, u"ordered"_s},
          {u"to"_s, u"on_scene"_s}}},
        {R::IllegalTransition,
         {{u"table"_s, u"incident"_s},
          {u"id"_s, someId},
          {u"from"_s, u"reported"_s},
          {u"to"_s, u"closed"_s}}},
        {R::IllegalTransition,
         {{u"table"_s, u"assignment"_s},
          {u"id"_s, someId},
          {u"from"_s, u"cleared"_s},
          {u"to"_s, u"lost_contact"_s}}},
        {R::ReasonNeeded, {{u"from"_s, u"ordered"_s}, {u"to"_s, u"recalled"_s}}},
        {R::ReasonNeeded, {{u"to"_s, u"correct_time"_s}}},
        {R::ReasonNeeded, {{u"to"_s, u"unavailable"_s}}},
        {R::TeamBusy,
         {{u"team"_s, someId},
          {u"teamName"_s, u"第三支队"_s},
          {u"assignment"_s, someId},
          {u"number"_s, u"2026-0012"_s},
          {u"incident"_s, someId},
          {u"incidentNumber"_s, 12},
          {u"state"_s, u"en_route"_s},
          {u"issuer"_s, u"赵敏"_s},
          {u"desk"_s, u"2号台"_s},
          {u"since"_s, now},
          {u"expectedArrival"_s, now + 900'000}}},
        {R::TeamBusy, {{u"team"_s, someId}, {u"state"_s, u"ordered"_s}, {u"since"_s, now}}},
        {R::TeamUnavailable,
         {{u"team"_s, someId},
          {u"teamName"_s, u"第三支队"_s},
          {u"reason"_s, u"车辆检修"_s},
          {u"by"_s, u"赵敏"_s},
          {u"until"_s, now + 86'400'000}}},
        {R::TeamOffDuty,
         {{u"team"_s, someId}, {u"teamName"_s, u"第三支队"_s}, {u"dutyHours"_s, u"08:00-20:00"_s}}},
        {R::TeamRetired, {{u"team"_s, someId}, {u"teamName"_s, u"第三支队"_s}}},
        {R::IncidentNotOpen,
         {{u"incident"_s, someId}, {u"incidentNumber"_s, 12}, {u"state"_s, u"closed"_s}}},
        {R::OpenAssignments,
         {{u"incident"_s, someId},
          {u"incidentNumber"_s, 12},
          {u"assignments"_s, QJsonArray{QJsonObject{{u"number"_s, u"2026-0012"_s},
                                                    {u"team"_s, someId},
                                                    {u"teamName"_s, u"第三支队"_s},
                                                    {u"state"_s, u"on_scene"_s}}}}}},
        {R::FieldConflict,
         {{u"table"_s, u"shelter"_s},
          {u"id"_s, someId},
          {u"field"_s, u"state"_s},
          {u"base"_s, u"standby"_s},
          {u"theirs"_s, u"near_full"_s},
          {u"mine"_s, u"open"_s},
          {u"by"_s, u"赵敏"_s},
          {u"at"_s, now}}},
        {R::FieldInvalid,
         {{u"table"_s, u"team"_s},
          {u"field"_s, u"headcount"_s},
          {u"what"_s, static_cast<int>(FieldFault::What::TooSmall)},
          {u"value"_s, u"-3"_s}}},
        {R::FieldInvalid,
         {{u"table"_s, u"incident"_s}, {u"field"_s, u"title"_s}, {u"value"_s, QString()}}},
        {R::TimeNotMonotone,
         {{u"assignment"_s, someId}, {u"at"_s, now - 60'000}, {u"after"_s, now}}},
        {R::TimerStale, {{u"incident"_s, someId}}},
        {R::Retired, {{u"table"_s, u"team"_s}, {u"id"_s, someId}}},
        {R::NothingToChange, {{u"table"_s, u"team_override"_s}, {u"id"_s, someId}}},
        {R::StillReferenced, {{u"table"_s, u"station"_s}, {u"id"_s, someId}, {u"by"_s, u"team"_s}}},
        {R::NotRetractable, {{u"assignment"_s, someId}, {u"event"_s, someId}}},
        {R::NotYours,
         {{u"author"_s, u"赵敏"_s},
          {u"desk"_s, u"2号台"_s},
          {u"user"_s, u"赵敏"_s},
          {u"userDesk"_s, u"2号台"_s}}},
        {R::RecoveryOver,
         {{u"author"_s, u"赵敏"_s},
          {u"desk"_s, u"2号台"_s},
          {u"user"_s, u"钱立"_s},
          {u"userDesk"_s, u"1号台"_s},
          {u"until"_s, now - 60'000}}},
        {R::NotPermitted,
         {{u"operation"_s, u"assignment.advance"_s},
          {u"detail"_s, u"approve"_s},
          {u"roles"_s, QJsonArray{u"duty_officer"_s, u"dispatcher"_s}},
          {u"needs"_s, QJsonArray{u"commander"_s}}}},
        {R::NotPermitted, {{u"operation"_s, u"incident.note"_s}}},
        {R::OutsideArea,
         {{u"table"_s, u"incident"_s},
          {u"id"_s, someId},
          {u"division"_s, u"330203"_s},
          {u"areas"_s, QJsonArray{u"330204"_s, u"330205"_s}}}},
        {R::OutsideArea, {{u"table"_s, u"shelter"_s}, {u"id"_s, someId}}},
    };
}

// A name of the code in a sentence for a person: en_route, assignment.advance, a UUID.
QString leak(const QString &text)
{
    static const QRegularExpression code(
        u"[a-z]+_[a-z]+|[a-z]{3,}\\.[a-z]{3,}|%[0-9]|[0-9a-f]{8}-[0-9a-f]{4}-"_s);
    return code.match(text).captured();
}

} // namespace

class TestRefusalText : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyReasonHasAnExample()
    {
        for (int value = 0;; ++value) {
            const auto reason = static_cast<RefusalReason>(value);
            if (refusalName(reason).isEmpty()) {
                QVERIFY(value > 15);
                return;
            }
            const auto all = examples();
            QVERIFY2(std::ranges::contains(all, reason, &Refusal::reason),
                     qPrintable(refusalName(reason)));
        }
    }

    void isForAPerson_data()
    {
        QTest::addColumn<int>("row");
        const auto all = examples();
        for (size_t row = 0; row < all.size(); ++row)
            QTest::addRow("%d %s", int(row), qPrintable(refusalName(all[row].reason))) << int(row);
    }
    void isForAPerson()
    {
        QFETCH(int, row);
        const Refusal refusal = examples()[static_cast<size_t>(row)];
        const QString zh = widgets::refusalText(refusal, Language::Chinese, m_world.cache);
        const QString en = widgets::refusalText(refusal, Language::English, m_world.cache);
        QVERIFY(zh.endsWith(u'。'));
        QVERIFY(en.endsWith(u'.'));
        QVERIFY(zh != en);
        QCOMPARE(leak(zh), QString());
        QCOMPARE(leak(en), QString());
        // What the facts do not say in Latin letters, a Chinese sentence does not either.
        static const QRegularExpression latin(u"[A-Za-z]{3,}"_s);
        QCOMPARE(latin.match(zh).captured(), QString());
        // Beside names given by people, an English sentence has no Han characters.
        QString rest = en;
        for (const QString &name : {u"第三支队"_s, u"赵敏"_s, u"2号台"_s, u"车辆检修"_s})
            rest.remove(name);
        static const QRegularExpression han(u"[\\x{4e00}-\\x{9fff}]"_s,
                                            QRegularExpression::UseUnicodePropertiesOption);
        QCOMPARE(han.match(rest).captured(), QString());
    }

    void saysWhyByWhomAndWhatNow()
    {
        const auto all = examples();
        const auto busy = std::ranges::find(all, RefusalReason::TeamBusy, &Refusal::reason);
        const QString zh = widgets::refusalText(*busy, Language::Chinese, m_world.cache);
        for (const QString &part : {u"第三支队"_s, u"2号台"_s, u"赵敏"_s, u"事件12"_s,
                                    u"2026-0012"_s, u"出动"_s, u"可另选队伍"_s})
            QVERIFY2(zh.contains(part), qPrintable(zh + u" lacks "_s + part));
        const QString en = widgets::refusalText(*busy, Language::English, m_world.cache);
        for (const QString &part : {u"incident 12"_s, u"en route"_s, u"Choose another team"_s})
            QVERIFY2(en.contains(part), qPrintable(en + u" lacks "_s + part));
    }

    void namesRowsByTheirNames()
    {
        const TeamId team = m_world.team(u"T-9"_s, u"青河一队"_s);
        const Refusal retired{RefusalReason::Retired,
                              {{u"table"_s, u"team"_s}, {u"id"_s, team.text()}}};
        QVERIFY(widgets::refusalText(retired, Language::Chinese, m_world.cache)
                    .startsWith(u"青河一队"_s));
    }

    void everyErrorHasWords()
    {
        for (int value = 0; value <= static_cast<int>(Errc::Internal); ++value) {
            const Error error{static_cast<Errc>(value), u"/data/city.leeward: disk_error 13"_s};
            const QString zh = widgets::errorText(error, Language::Chinese);
            const QString en = widgets::errorText(error, Language::English);
            QVERIFY(zh.endsWith(u'。') && en.endsWith(u'.') && zh != en);
            QCOMPARE(leak(zh + en), QString());
        }
        const desk::Failure full = Error{Errc::DiskFull, {}};
        QVERIFY(
            widgets::refusalText(full, Language::Chinese, m_world.cache).contains(u"磁盘已满"_s));
    }

    // Nothing can be entered: why, what becomes of the queue, what now.
    void everyClosedDeskHasWords()
    {
        QStringList all;
        for (const auto why :
             {desk::Closed::SignedOut, desk::Closed::GraceOver, desk::Closed::TooOld}) {
            const desk::Failure closed = why;
            const QString zh = widgets::refusalText(closed, Language::Chinese, m_world.cache);
            const QString en = widgets::refusalText(closed, Language::English, m_world.cache);
            QVERIFY(zh.endsWith(u'。') && en.endsWith(u'.'));
            QVERIFY(zh.contains(u"队列"_s) && en.contains(u"queue"_s));
            QVERIFY(!all.contains(zh) && !all.contains(en));
            all += {zh, en};
        }
    }

    void everyKindOfOperationHasWords_data()
    {
        QTest::addColumn<QString>("kind");
        for (const char *kind :
             {op::ReportIncident::kind, op::EditRecord::kind, op::CreateRecord::kind,
              op::RetireRecord::kind, op::ImportRecords::kind, op::AdvanceIncident::kind,
              op::SetCloseTimer::kind, op::NoteIncident::kind, op::Assign::kind,
              op::AdvanceAssignment::kind, op::TransferAssignment::kind, op::FlagAssignment::kind,
              op::RetractStep::kind, op::CorrectTime::kind, op::OverrideAvailability::kind})
            QTest::newRow(kind) << QString(QLatin1StringView(kind));
    }
    void everyKindOfOperationHasWords()
    {
        QFETCH(QString, kind);
        Operation operation;
        operation.kind = kind;
        operation.args = {
            {u"table"_s, u"team"_s}, {u"to"_s, u"on_scene"_s}, {u"assignment"_s, someId},
            {u"incident"_s, someId}, {u"team"_s, someId},      {u"record"_s, someId},
            {u"text"_s, u"水"_s},    {u"title"_s, u"水"_s},    {u"flag"_s, u"lost_contact"_s}};
        for (const Language language : {Language::Chinese, Language::English}) {
            const QString text = widgets::operationText(operation, language, m_world.cache);
            QVERIFY(!text.isEmpty());
            QCOMPARE(leak(text), QString());
            QVERIFY(widgets::operationKindText(kind, language) != kind);
        }
    }

private:
    test::World m_world;
};

QTEST_GUILESS_MAIN(TestRefusalText)
#include "tst_refusal_text.moc"
