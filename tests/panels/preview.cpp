#include "models/store/entries.h"
#include "tests/panels/support/world.h"
#include "widgets/panels/board_panel.h"
#include "widgets/panels/command_line.h"
#include "widgets/panels/log_panel.h"
#include "widgets/panels/prints.h"
#include "widgets/panels/queue_panel.h"
#include "widgets/panels/recommend_panel.h"
#include "widgets/panels/timeline_panel.h"

#include <QApplication>
#include <QListWidget>
#include <QPainter>
#include <QStyleFactory>
#include <QTranslator>
#include <QVBoxLayout>

using namespace leeward;
using namespace leeward::widgets;
using namespace Qt::StringLiterals;

namespace {

QPalette palette(view::Theme theme)
{
    const bool dark = theme == view::Theme::Dark;
    QPalette palette;
    const QColor text = dark ? QColor(0xe3, 0xe7, 0xea) : QColor(0x17, 0x1d, 0x24);
    for (const auto role :
         {QPalette::Text, QPalette::WindowText, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    palette.setColor(QPalette::Window, dark ? QColor(0x18, 0x1e, 0x25) : QColor(0xf4, 0xf6, 0xf8));
    palette.setColor(QPalette::Base, dark ? QColor(0x13, 0x18, 0x1e) : QColor(0xff, 0xff, 0xff));
    palette.setColor(QPalette::AlternateBase,
                     dark ? QColor(0x18, 0x1e, 0x25) : QColor(0xf4, 0xf6, 0xf8));
    palette.setColor(QPalette::Button, dark ? QColor(0x28, 0x31, 0x3b) : QColor(0xf2, 0xf4, 0xf7));
    palette.setColor(QPalette::Highlight,
                     dark ? QColor(0x22, 0x3c, 0x55) : QColor(0xd3, 0xe5, 0xf5));
    palette.setColor(QPalette::HighlightedText, text);
    return palette;
}

struct Scene
{
    IncidentId incident;
    std::vector<AssignmentId> assignments;
};

Scene play(test::World &world)
{
    using A = AssignmentState;
    std::vector<TeamId> teams;
    const std::vector<std::pair<QString, QString>> names = {
        {u"T-001"_s, u"青河区防汛抢险一队"_s}, {u"T-002"_s, u"市排水集团抢险队"_s},
        {u"T-003"_s, u"第三支队"_s},           {u"T-004"_s, u"滨海消防救援站"_s},
        {u"T-005"_s, u"蓝天救援队"_s},         {u"T-006"_s, u"东港镇综合应急队"_s},
        {u"T-007"_s, u"市政抽排二队"_s},       {u"T-008"_s, u"夜间备勤队"_s}};
    for (const auto &[code, name] : names)
        teams.push_back(world.team(code, name, u"pumping,water_rescue"_s, u"flood"_s,
                                   code == "T-008"_L1 ? u"20:00-06:00"_s : QString()));
    Scene scene;
    scene.incident = world.incident(u"东风路地下车库进水"_s);
    const IncidentId other = world.incident(u"北河堤脚渗水"_s, u"dike"_s);
    for (size_t i = 0; i < 5; ++i)
        scene.assignments.push_back(world.assign(i < 3 ? scene.incident : other, teams[i]));
    world.clock.advance(std::chrono::minutes(4));
    for (const size_t i : {0u, 1u, 3u})
        world.advance(scene.assignments[i], A::Acknowledged);
    world.clock.advance(std::chrono::minutes(5));
    world.advance(scene.assignments[0], A::EnRoute);
    world.advance(scene.assignments[1], A::EnRoute);
    world.clock.advance(std::chrono::minutes(11));
    world.advance(scene.assignments[0], A::OnScene);
    world.must_(op::NoteIncident{scene.incident, u"水位仍在上涨，请求增派一台大流量泵车。"_s},
                world.clock.now() - std::chrono::minutes(7));
    const auto last = world.desk.assignmentEvents(scene.assignments[0]);
    test::World::waitFor([&] { return last.isFinished(); });
    world.must_(op::RetractStep{scene.assignments[0], last.result()->back().id, u"误记"_s});
    world.clock.advance(std::chrono::minutes(2));
    world.must_(op::AdvanceAssignment{scene.assignments[0], u"on_scene"_s, {}});
    world.must_(op::FlagAssignment{scene.assignments[3], u"lost_contact"_s, true, {}});
    return scene;
}

void makeConflicts(test::World &world, const Scene &scene)
{
    auto done = world.writer.run([&](store::Connection &db) {
        const auto pending = test::must(store::pendingOperations(db));
        test::must(store::setPending(db, pending[pending.size() - 1].position,
                                     store::Pending::State::Refused, {},
                                     Refusal{RefusalReason::IllegalTransition,
                                             {{u"table"_s, u"assignment"_s},
                                              {u"id"_s, scene.assignments[3].text()},
                                              {u"from"_s, u"acknowledged"_s},
                                              {u"to"_s, u"working"_s}}}));
        test::must(store::setPending(db, pending[8].position, store::Pending::State::Conflict, {},
                                     Refusal{RefusalReason::FieldConflict,
                                             {{u"table"_s, u"incident"_s},
                                              {u"id"_s, scene.incident.text()},
                                              {u"field"_s, u"title"_s},
                                              {u"base"_s, u"车库进水"_s},
                                              {u"mine"_s, u"东风路地下车库进水"_s},
                                              {u"theirs"_s, u"东风路8号内涝"_s},
                                              {u"by"_s, u"赵敏"_s},
                                              {u"at"_s, toMs(world.clock.now())}}}));
        test::must(store::makeConflictsCertain(db));
        return true;
    });
    test::World::waitFor([&] { return done.isFinished(); });
    world.feed.publishProgress();
}

void settle()
{
    QElapsedTimer timer;
    timer.start();
    while (timer.elapsed() < 350)
        QCoreApplication::processEvents(QEventLoop::AllEvents, 50);
}

template <class Widget>
void shoot(Widget &panel, QSize size, const QString &file)
{
    panel.resize(size);
    panel.show();
    settle();
    panel.grab().save(file);
}

} // namespace

int main(int argc, char **argv)
{
    QApplication app(argc, argv);
    QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    QFont font(u"Noto Sans CJK SC"_s);
    font.setPointSizeF(10);
    QApplication::setFont(font);
    const QStringList words = QCoreApplication::arguments();
    const QString folder = words.value(1, u"."_s);
    QTranslator translator;
    const bool hasChinese = translator.load(words.value(2));

    test::World world;
    const Scene scene = play(world);
    makeConflicts(world, scene);
    for (const Language language : {Language::Chinese, Language::English}) {
        const bool zh = language == Language::Chinese;
        if (hasChinese && zh)
            QCoreApplication::installTranslator(&translator);
        else
            QCoreApplication::removeTranslator(&translator);
        for (const view::Theme theme : {view::Theme::Dark, view::Theme::Light}) {
            QApplication::setPalette(palette(theme));
            const QString end = (zh ? u"_zh"_s : u"_en"_s) +
                                (theme == view::Theme::Dark ? u"_dark.png"_s : u"_light.png"_s);
            const auto name = [&](const QString &what) {
                return folder + u"/panel_"_s + what + end;
            };
            const auto dress = [&](auto &panel) {
                panel.setLanguage(language);
                panel.setTheme(theme);
            };
            BoardPanel board(world.context);
            world.cache.load();
            settle();
            dress(board);
            board.selectAssignment(scene.assignments[1].text());
            shoot(board, {1200, 240}, name(u"board"_s));
            RecommendPanel recommend(world.context);
            dress(recommend);
            recommend.showIncident(scene.incident.text());
            shoot(recommend, {620, 520}, name(u"recommend"_s));
            TimelinePanel timeline(world.context);
            dress(timeline);
            timeline.showIncident(scene.incident.text());
            shoot(timeline, {520, 520}, name(u"timeline"_s));
            LogPanel log(world.context);
            dress(log);
            shoot(log, {900, 420}, name(u"log"_s));
            QueuePanel queue(world.context);
            dress(queue);
            shoot(queue, {820, 420}, name(u"queue"_s));
            QWidget frame;
            frame.setFixedSize(720, 480);
            CommandLine line(world.context, &frame);
            dress(line);
            line.setGeometry(10, 10, 700, 32);
            frame.show();
            frame.activateWindow();
            line.setFocus();
            settle();
            QKeyEvent typed(QEvent::KeyPress, 0, Qt::NoModifier, zh ? u"东"_s : u"d"_s);
            QCoreApplication::sendEvent(&line, &typed);
            settle();
            QPixmap picture = frame.grab();
            QPainter painter(&picture);
            painter.drawPixmap(10, 44, line.popup()->grab());
            painter.end();
            picture.save(name(u"command"_s));
        }
        PrintHead head{.language = language,
                       .city = u"临海市"_s,
                       .realmMark = zh ? u"演练 / EXERCISE"_s : QString(),
                       .printedBy = u"李明"_s,
                       .desk = u"2号台"_s,
                       .printedAt = world.clock.now(),
                       .lastEntry = 42};
        auto events = world.desk.timeline(scene.incident);
        test::World::waitFor([&] { return events.isFinished(); });
        test::must(Print::order(*orderSheet(world.cache, scene.assignments[0].text()), head)
                       .writePdf(folder + (zh ? u"/order_zh.pdf"_s : u"/order_en.pdf"_s)));
        test::must(Print::record(
                       *incidentSheet(world.cache, scene.incident.text(), *events.result()), head)
                       .writePdf(folder + (zh ? u"/record_zh.pdf"_s : u"/record_en.pdf"_s)));
    }
    return 0;
}
