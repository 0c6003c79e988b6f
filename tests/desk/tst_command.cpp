#include "models/desk/command.h"
#include "models/desk/command_verbs.h"
#include "models/domain/availability.h"
#include "models/domain/incident.h"

#include <QTest>

#include <random>

using namespace leeward;
using namespace leeward::command;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(leeward::command::Body)

namespace {

const std::vector<TeamName> teams = {
    {u"a"_s, u"T-003"_s, u"海上救援一队"_s, u"hai shang jiu yuan yi dui hsjyyd"_s},
    {u"b"_s, u"T-005"_s, u"排水抢险二队"_s, u"pai shui qiang xian er dui psqxed"_s},
    {u"c"_s, u"T-013"_s, u"海上救援二队"_s, u"hai shang jiu yuan er dui hsjyed"_s},
    {u"d"_s, u"7"_s, u"山地队"_s, u"shan di dui sdd"_s},
    {u"e"_s, u"X-5"_s, u"医疗队"_s, u"yi liao dui yld"_s},
};

// Commands as typing can make them: trimmed texts that do not begin with what joins teams.
class Maker
{
public:
    explicit Maker(quint32 seed)
        : m_random(seed)
    {
    }

    Command command()
    {
        Command made;
        if (below(4) == 0)
            made.at = QTime(below(24), below(60), below(3) == 0 ? 1 + below(59) : 0);
        made.body = body();
        return made;
    }

private:
    int below(int n) { return static_cast<int>(m_random() % static_cast<quint32>(n)); }
    template <class T>
    T one(const std::vector<T> &from)
    {
        return from[static_cast<size_t>(below(static_cast<int>(from.size())))];
    }
    QString name()
    {
        return one<QString>({u"3"_s, u"T-003"_s, u"5@7"_s, u"2026-0012"_s, u"海上一队"_s, u"a b"_s,
                             u"x,y"_s, u"say \"hi\""_s, u"."_s, u"５"_s, u"“引”"_s, u"(二)队"_s});
    }
    QStringList names(bool mayBeNone)
    {
        QStringList list;
        for (int i = below(3) + (mayBeNone ? 0 : 1); i > 0; --i) {
            const QString next = name();
            if (!list.contains(next))
                list += next;
        }
        return list;
    }
    QString text(bool mayBeEmpty)
    {
        if (mayBeEmpty && below(3) == 0)
            return {};
        return one<QString>({u"水位上涨"_s, u"a, b; c"_s, u"到 3"_s, u"of 3"_s, u"\"quoted\""_s,
                             u"-"_s, u"flood"_s, u"洪涝 东风路"_s, u"5"_s, u"dispatch 7 3"_s,
                             u"a  b"_s, u"at 14:05"_s});
    }
    int incident(bool mayBeSelected) { return mayBeSelected && below(3) == 0 ? 0 : 1 + below(999); }

    Body body()
    {
        const Verb &verb = verbs()[static_cast<size_t>(below(static_cast<int>(verbs().size())))];
        switch (verb.kind) {
        case Kind::Dispatch:
            return Dispatch{incident(true), names(false), text(true), verb.detail == 1};
        case Kind::Step:
            return Step{static_cast<AssignmentState>(verb.detail), names(true), text(true)};
        case Kind::Divert:
            return Divert{below(3) ? name() : QString(), incident(true), text(false)};
        case Kind::HandOver: return HandOver{below(3) ? name() : QString(), name(), text(false)};
        case Kind::Undo: return Undo{names(true), text(true)};
        case Kind::Flag:
            return Flag{static_cast<AssignmentFlag>(verb.detail / 2), verb.detail % 2 == 1,
                        names(true), text(true)};
        case Kind::Note: return Note{incident(true), text(false)};
        case Kind::Move: return move(static_cast<IncidentState>(verb.detail));
        case Kind::GoTo: return GoTo{text(false)};
        case Kind::New:
            return NewIncident{below(2) ? one(incidentTypes()).code : QString(), text(true)};
        case Kind::Unavailable:
            return Unavailable{names(false),
                               std::chrono::minutes(one<int>({1, 30, 60, 90, 1440, 2880})),
                               text(false)};
        case Kind::Available: return Available{names(false)};
        case Kind::Ui: return ui(static_cast<Ui::What>(verb.detail));
        }
        return {};
    }
    Body move(IncidentState to)
    {
        if (to == IncidentState::Duplicate) {
            const int number = incident(true);
            return MoveIncident{number, to, number + 1 + below(9), text(true)};
        }
        const bool needs = to == IncidentState::Reopened || to == IncidentState::Unfounded;
        return MoveIncident{incident(true), to, 0, text(!needs)};
    }
    Body ui(Ui::What what)
    {
        switch (what) {
        case Ui::What::Theme: return Ui{what, one<QString>({u"dark"_s, u"light"_s})};
        case Ui::What::Language: return Ui{what, one<QString>({u"zh"_s, u"en"_s})};
        case Ui::What::Import: return Ui{what, below(2) ? u"team"_s : QString()};
        case Ui::What::Export: return Ui{what, u"landing_point"_s};
        case Ui::What::PrintRecord:
        case Ui::What::Recommend: return Ui{what, QString::number(incident(true))};
        case Ui::What::PrintOrder: return Ui{what, below(2) ? name() : QString()};
        case Ui::What::Wall:
        case Ui::What::Queue:
        case Ui::What::Packages:
        case Ui::What::LoadCopy:
        case Ui::What::Password:
        case Ui::What::Log:
        case Ui::What::Board:
        case Ui::What::Help: return Ui{what, {}};
        }
        return Ui{};
    }
    std::mt19937 m_random;
};

} // namespace

class TestCommand : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void understands_data()
    {
        using A = AssignmentState;
        using I = IncidentState;
        using W = Ui::What;
        QTest::addColumn<QString>("text");
        QTest::addColumn<Body>("expected");
        const auto row = [](const char *name, const QString &text, const Body &body) {
            QTest::newRow(name) << text << body;
        };
        row("dispatch", u"dispatch 7 3,5"_s, Dispatch{7, {u"3"_s, u"5"_s}, {}, true});
        row("dispatch task", u"dispatch 7 3, 5 pump the cellar"_s,
            Dispatch{7, {u"3"_s, u"5"_s}, u"pump the cellar"_s, true});
        row("dispatch zh", u"派遣 7 3、5 排水"_s, Dispatch{7, {u"3"_s, u"5"_s}, u"排水"_s, true});
        row("dispatch full width", u"派遣７ ３，５"_s, Dispatch{7, {u"3"_s, u"5"_s}, {}, true});
        row("dispatch hash", u"Dispatch #7 T-003"_s, Dispatch{7, {u"T-003"_s}, {}, true});
        row("dispatch the same twice", u"dispatch 7 3,3"_s, Dispatch{7, {u"3"_s}, {}, true});
        row("propose", u"propose 7 3"_s, Dispatch{7, {u"3"_s}, {}, false});
        row("selected incident", u"dispatch . 3"_s, Dispatch{0, {u"3"_s}, {}, true});
        row("ack", u"ack 5"_s, Step{A::Acknowledged, {u"5"_s}, {}});
        row("on scene spelled apart", u"on scene 5"_s, Step{A::OnScene, {u"5"_s}, {}});
        row("on scene zh joined", u"到场5"_s, Step{A::OnScene, {u"5"_s}, {}});
        row("staged zh", u"前置待命 5"_s, Step{A::Staged, {u"5"_s}, {}});
        row("staged zh, as it was called", u"待命 5"_s, Step{A::Staged, {u"5"_s}, {}});
        row("selected task", u"onscene"_s, Step{A::OnScene, {}, {}});
        row("selected task with remark", u"完成 . 水已排净"_s,
            Step{A::Completed, {}, u"水已排净"_s});
        row("done", u"done 5"_s, Step{A::Completed, {u"5"_s}, {}});
        row("recall", u"recall 5 wrong team"_s, Step{A::Recalled, {u"5"_s}, u"wrong team"_s});
        row("divert", u"改派 5 9 水情更急"_s, Divert{u"5"_s, 9, u"水情更急"_s});
        row("handover", u"handover 5 8 end of shift"_s,
            HandOver{u"5"_s, u"8"_s, u"end of shift"_s});
        row("undo", u"撤销 5"_s, Undo{{u"5"_s}, {}});
        using F = AssignmentFlag;
        row("suspend", u"suspend 5 night"_s, Flag{F::Suspended, true, {u"5"_s}, u"night"_s});
        row("suspend zh", u"暂停5"_s, Flag{F::Suspended, true, {u"5"_s}, {}});
        row("resume the selected", u"resume"_s, Flag{F::Suspended, false, {}, {}});
        row("resume zh", u"恢复 5,6"_s, Flag{F::Suspended, false, {u"5"_s, u"6"_s}, {}});
        row("available again zh", u"恢复可用 5"_s, Available{{u"5"_s}});
        row("lost contact", u"lost contact 5@7"_s, Flag{F::LostContact, true, {u"5@7"_s}, {}});
        row("lost contact zh", u"失联 5"_s, Flag{F::LostContact, true, {u"5"_s}, {}});
        row("contact regained", u"contact 5"_s, Flag{F::LostContact, false, {u"5"_s}, {}});
        row("contact regained zh", u"复联 5 卫星电话"_s,
            Flag{F::LostContact, false, {u"5"_s}, u"卫星电话"_s});
        row("note", u"note 7 水位 3.2 m, rising"_s, Note{7, u"水位 3.2 m, rising"_s});
        row("close", u"结案 7"_s, MoveIncident{7, I::Closed, 0, {}});
        row("close selected", u"close"_s, MoveIncident{0, I::Closed, 0, {}});
        row("duplicate", u"duplicate 7 of 3"_s, MoveIncident{7, I::Duplicate, 3, {}});
        row("duplicate zh", u"并案 7 到 3 同一处"_s, MoveIncident{7, I::Duplicate, 3, u"同一处"_s});
        row("reopen", u"reopen 7 water is back"_s,
            MoveIncident{7, I::Reopened, 0, u"water is back"_s});
        row("goto", u"goto 36.07, 120.38"_s, GoTo{u"36.07, 120.38"_s});
        row("new with type", u"新建 洪涝 东风路"_s, NewIncident{u"flood"_s, u"东风路"_s});
        row("new without type", u"new water everywhere"_s, NewIncident{{}, u"water everywhere"_s});
        row("new alone", u"new"_s, NewIncident{});
        row("unavailable", u"unavailable 5 2h vehicle in repair"_s,
            Unavailable{{u"5"_s}, std::chrono::hours(2), u"vehicle in repair"_s});
        row("unavailable zh", u"不可用 5 30分钟 加油"_s,
            Unavailable{{u"5"_s}, std::chrono::minutes(30), u"加油"_s});
        row("available", u"available 5"_s, Available{{u"5"_s}});
        row("quoted name", u"ack \"a b\""_s, Step{A::Acknowledged, {u"a b"_s}, {}});
        row("theme", u"theme Dark"_s, Ui{W::Theme, u"dark"_s});
        row("theme zh", u"主题 浅色"_s, Ui{W::Theme, u"light"_s});
        row("language", u"lang zh"_s, Ui{W::Language, u"zh"_s});
        row("export", u"export teams"_s, Ui{W::Export, u"team"_s});
        row("export zh", u"导出 救援队伍"_s, Ui{W::Export, u"team"_s});
        row("print", u"print 7"_s, Ui{W::PrintRecord, u"7"_s});
        row("print order", u"print order 5"_s, Ui{W::PrintOrder, u"5"_s});
        row("wall", u"  wall  "_s, Ui{W::Wall, {}});
    }
    void understands()
    {
        QFETCH(QString, text);
        QFETCH(Body, expected);
        const auto parsed = parse(text);
        QVERIFY2(
            parsed.has_value(),
            qPrintable(parsed ? QString() : describe(parsed.error(), text, Language::English)));
        QVERIFY(parsed->body == expected);
        QVERIFY(!parsed->at);
    }

    void takesATime_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("at") << u"at 14:05 onscene 5"_s;
        QTest::newRow("zh") << u"于14:05 到场 5"_s;
        QTest::newRow("bare") << u"14:05 到场 5"_s;
        QTest::newRow("full width") << u"１４：０５ 到场 5"_s;
    }
    void takesATime()
    {
        QFETCH(QString, text);
        const auto parsed = parse(text);
        QVERIFY(parsed.has_value());
        QCOMPARE(*parsed->at, QTime(14, 5));
        QVERIFY((parsed->body == Body(Step{AssignmentState::OnScene, {u"5"_s}, {}})));
    }

    void saysWhatIsWrong_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<Expected>("expected");
        QTest::addColumn<int>("position");
        QTest::newRow("empty") << QString() << Expected::Command << 0;
        QTest::newRow("no verb") << u"xyzzy 5"_s << Expected::Command << 0;
        QTest::newRow("no incident") << u"dispatch"_s << Expected::Incident << 8;
        QTest::newRow("incident is a word") << u"dispatch seven 3"_s << Expected::Incident << 9;
        QTest::newRow("negative") << u"close -7"_s << Expected::Incident << 6;
        QTest::newRow("no team") << u"dispatch 7"_s << Expected::Team << 10;
        QTest::newRow("comma at the end") << u"dispatch 7 3,"_s << Expected::Team << 13;
        QTest::newRow("comma apart") << u"dispatch 7 3 , 5"_s << Expected::Team << 13;
        QTest::newRow("open quote") << u"ack \"a b"_s << Expected::Team << 4;
        QTest::newRow("note without words") << u"note 7"_s << Expected::Text << 6;
        QTest::newRow("reopen without reason") << u"reopen 7"_s << Expected::Reason << 8;
        QTest::newRow("divert without reason") << u"divert 5 9"_s << Expected::Reason << 10;
        QTest::newRow("span") << u"unavailable 5 soon x"_s << Expected::Span << 14;
        QTest::newRow("span of nothing") << u"unavailable 5 0h x"_s << Expected::Span << 14;
        QTest::newRow("time") << u"at noon onscene 5"_s << Expected::Time << 3;
        QTest::newRow("hour 25") << u"at 25:00 onscene 5"_s << Expected::Time << 3;
        QTest::newRow("theme") << u"theme pink"_s << Expected::Theme << 6;
        QTest::newRow("register") << u"export cats"_s << Expected::Register << 7;
        QTest::newRow("of itself") << u"duplicate 7 of 7"_s << Expected::Incident << 16;
        QTest::newRow("too much") << u"wall 7"_s << Expected::Nothing << 5;
        QTest::newRow("two orders to print") << u"print order 5,6"_s << Expected::Nothing << 15;
    }
    void saysWhatIsWrong()
    {
        QFETCH(QString, text);
        QFETCH(Expected, expected);
        QFETCH(int, position);
        const auto parsed = parse(text);
        QVERIFY(!parsed.has_value());
        QCOMPARE(parsed.error().expected, expected);
        QCOMPARE(parsed.error().position, position);
        for (const Language language : {Language::Chinese, Language::English})
            QVERIFY(!describe(parsed.error(), text, language).isEmpty());
    }

    void everyCommandReadsBack()
    {
        Maker maker(20260812);
        for (int i = 0; i < 20000; ++i) {
            const Command made = maker.command();
            for (const Language language : {Language::Chinese, Language::English}) {
                const QString text = format(made, language);
                const auto back = parse(text);
                QVERIFY2(back.has_value(),
                         qPrintable(text + u" | "_s +
                                    (back ? QString() : describe(back.error(), text, language))));
                QVERIFY2(*back == made, qPrintable(text + u" | "_s + format(*back, language)));
            }
        }
    }

    void everySpellingIsItsVerb()
    {
        for (const Verb &verb : verbs()) {
            QStringList spellings = verb.aliases;
            spellings << verb.word.zh << verb.word.en;
            for (const QString &spelling : spellings)
                QVERIFY2(matchVerb(spelling, 0).verb == &verb, qPrintable(spelling));
        }
    }

    void noTextBreaksIt()
    {
        std::mt19937 random(7);
        const QString letters = u"派遣到场dispatch onscene 7 3,5.@\"“”、；：at14:05 \t-#0９"_s;
        for (int i = 0; i < 20000; ++i) {
            QString text;
            for (quint32 n = random() % 30; n > 0; --n)
                text += letters[static_cast<qsizetype>(random() %
                                                       static_cast<quint32>(letters.size()))];
            const auto parsed = parse(text);
            if (!parsed) {
                QVERIFY(parsed.error().position >= 0 && parsed.error().position <= text.size());
                QVERIFY(parsed.error().position + parsed.error().length <= text.size());
            } else {
                QVERIFY(parse(format(*parsed, Language::English)) == parsed);
            }
            (void) complete(text, Language::Chinese);
        }
    }

    void completes_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<Language>("language");
        QTest::addColumn<QString>("first");
        QTest::newRow("english") << u"disp"_s << Language::English << u"dispatch "_s;
        QTest::newRow("chinese") << u"派"_s << Language::Chinese << u"派遣 "_s;
        QTest::newRow("initials") << u"pq"_s << Language::Chinese << u"派遣 "_s;
        QTest::newRow("pinyin") << u"paiqian"_s << Language::Chinese << u"派遣 "_s;
        QTest::newRow("english verb in chinese") << u"onsc"_s << Language::Chinese << u"到场 "_s;
        QTest::newRow("after a time")
            << u"at 14:05 onsc"_s << Language::English << u"at 14:05 onscene "_s;
        QTest::newRow("no arguments") << u"wal"_s << Language::English << u"wall"_s;
    }
    void completes()
    {
        QFETCH(QString, typed);
        QFETCH(Language, language);
        QFETCH(QString, first);
        const auto found = complete(typed, language);
        QVERIFY(!found.empty());
        QCOMPARE(found.front().text, first);
        QVERIFY(!found.front().help.isEmpty());
    }
    void completesFixedWords()
    {
        const auto themes = complete(u"theme d"_s, Language::English);
        QCOMPARE(themes.size(), 2u); // the pattern itself, and dark
        QCOMPARE(themes[1].text, u"theme dark"_s);
        const auto registers = complete(u"导出 "_s, Language::Chinese);
        QVERIFY(registers.size() > 3);
    }

    void findsTeams_data()
    {
        QTest::addColumn<QString>("written");
        QTest::addColumn<QString>("id"); // empty: not one
        QTest::addColumn<int>("candidates");
        QTest::newRow("code") << u"t-003"_s << u"a"_s << 0;
        QTest::newRow("number") << u"3"_s << u"a"_s << 0;
        QTest::newRow("number with zeros") << u"003"_s << u"a"_s << 0;
        QTest::newRow("whole code before number") << u"7"_s << u"d"_s << 0;
        QTest::newRow("number of two codes") << u"5"_s << QString() << 2;
        QTest::newRow("name") << u"医疗队"_s << u"e"_s << 0;
        QTest::newRow("part") << u"山地"_s << u"d"_s << 0;
        QTest::newRow("part of two") << u"海上"_s << QString() << 2;
        QTest::newRow("initials") << u"hsjyyd"_s << u"a"_s << 0;
        QTest::newRow("unknown") << u"99"_s << QString() << 0;
        QTest::newRow("blank") << u" "_s << QString() << 0;
    }
    void findsTeams()
    {
        QFETCH(QString, written);
        QFETCH(QString, id);
        QFETCH(int, candidates);
        const auto found = findTeam(written, teams);
        QCOMPARE(found.has_value(), !id.isEmpty());
        if (found) {
            QCOMPARE(*found, id);
            return;
        }
        QCOMPARE(found.error().candidates.size(), candidates);
        QVERIFY(describe(found.error(), Language::Chinese) !=
                describe(found.error(), Language::English));
    }

    void findsAssignments()
    {
        const std::vector<OpenOrder> open = {{u"1"_s, u"a"_s, 7, u"2026-0001"_s},
                                             {u"2"_s, u"b"_s, 7, u"2026-0002"_s},
                                             {u"3"_s, u"b"_s, 9, u"2026-0003"_s}};
        QCOMPARE(findAssignment(u"3"_s, teams, open),
                 (std::expected<QString, LookupFault>(u"1"_s)));
        QCOMPARE(findAssignment(u"2026-0003"_s, teams, open),
                 (std::expected<QString, LookupFault>(u"3"_s)));
        QCOMPARE(findAssignment(u"T-005@9"_s, teams, open),
                 (std::expected<QString, LookupFault>(u"3"_s)));
        const auto two = findAssignment(u"T-005"_s, teams, open);
        QVERIFY(!two);
        QCOMPARE(two.error().what, LookupFault::What::Ambiguous);
        QCOMPARE(two.error().candidates, (QStringList{u"T-005@7"_s, u"T-005@9"_s}));
        const auto none = findAssignment(u"医疗队"_s, teams, open);
        QVERIFY(!none);
        QCOMPARE(none.error().what, LookupFault::What::NoOpenOrder);
    }

    void aTimeIsTheLatestThatWas()
    {
        const Instant noon = instantFromMs(
            QDateTime(QDate(2026, 8, 12), QTime(4, 0), QTimeZone::UTC).toMSecsSinceEpoch());
        QCOMPARE(toIso(momentOf(QTime(11, 30), noon, chinaOffset)), u"2026-08-12T03:30:00.000Z"_s);
        QCOMPARE(toIso(momentOf(QTime(23, 50), noon, chinaOffset)), u"2026-08-11T15:50:00.000Z"_s);
        QCOMPARE(toIso(momentOf(QTime(12, 0), noon, chinaOffset)), u"2026-08-12T04:00:00.000Z"_s);
    }
};

QTEST_GUILESS_MAIN(TestCommand)
#include "tst_command.moc"
