#include "models/desk/command_verbs.h"

#include "models/domain/incident.h"

#include <algorithm>

namespace leeward::command {

using namespace Qt::StringLiterals;

namespace {

using A = AssignmentState;
using I = IncidentState;

constexpr int detail(AssignmentState state)
{
    return static_cast<int>(state);
}
constexpr int detail(IncidentState state)
{
    return static_cast<int>(state);
}
constexpr int detail(Ui::What what)
{
    return static_cast<int>(what);
}

constexpr int detail(AssignmentFlag flag, bool on)
{
    return static_cast<int>(flag) * 2 + (on ? 1 : 0);
}

Verb step(AssignmentState to, Words word, QStringList aliases, Words help)
{
    return {Kind::Step,
            detail(to),
            std::move(word),
            std::move(aliases),
            {Arg::OptionalTeams, Arg::OptionalReason},
            {u"[队伍[,队伍]] [说明]"_s, u"[team[,team]] [remark]"_s},
            std::move(help)};
}

Verb stepWithReason(AssignmentState to, Words word, QStringList aliases, Words help)
{
    return {Kind::Step,
            detail(to),
            std::move(word),
            std::move(aliases),
            {Arg::OptionalTeams, Arg::OptionalReason},
            {u"队伍[,队伍] 原因"_s, u"team[,team] reason"_s},
            std::move(help)};
}

Verb flag(AssignmentFlag which, bool on, Words word, QStringList aliases, Words help)
{
    return {Kind::Flag,
            detail(which, on),
            std::move(word),
            std::move(aliases),
            {Arg::OptionalTeams, Arg::OptionalReason},
            {u"[队伍[,队伍]] [说明]"_s, u"[team[,team]] [remark]"_s},
            std::move(help)};
}

Verb move(IncidentState to, Words word, QStringList aliases, Words help)
{
    return {Kind::Move,
            detail(to),
            std::move(word),
            std::move(aliases),
            {Arg::OptionalIncident, Arg::OptionalReason},
            {u"[事件号] [说明]"_s, u"[incident] [remark]"_s},
            std::move(help)};
}

Verb moveWithReason(IncidentState to, Words word, QStringList aliases, Words help)
{
    return {Kind::Move,
            detail(to),
            std::move(word),
            std::move(aliases),
            {Arg::OptionalIncident, Arg::OptionalReason},
            {u"事件号 原因"_s, u"incident reason"_s},
            std::move(help)};
}

Verb ui(Ui::What what, Words word, QStringList aliases, std::vector<Arg> args, Words pattern,
        Words help)
{
    return {Kind::Ui,        detail(what),       std::move(word), std::move(aliases),
            std::move(args), std::move(pattern), std::move(help)};
}

void addTeamVerbs(std::vector<Verb> &all)
{
    const Words order = {u"事件号 队伍[,队伍] [任务]"_s, u"incident team[,team] [task]"_s};
    all.push_back(
        {Kind::Dispatch,
         1,
         {u"派遣"_s, u"dispatch"_s},
         {u"调派"_s, u"派出"_s, u"指派"_s, u"assign"_s, u"send"_s, u"d"_s},
         {Arg::Incident, Arg::Teams, Arg::OptionalText},
         order,
         {u"向事件下达调派指令，每支队伍一道"_s, u"Order teams to an incident, one order each"_s}});
    all.push_back({Kind::Dispatch,
                   0,
                   {u"拟派"_s, u"propose"_s},
                   {u"提议"_s},
                   {Arg::Incident, Arg::Teams, Arg::OptionalText},
                   order,
                   {u"拟派队伍，暂不下达"_s, u"Propose teams without ordering them"_s}});
    all.push_back(step(A::PendingApproval, {u"报批"_s, u"submit"_s}, {u"送审"_s},
                       {u"拟派任务送审"_s, u"Send a proposed task for approval"_s}));
    all.push_back(step(A::Ordered, {u"下达"_s, u"order"_s}, {u"批准"_s, u"approve"_s},
                       {u"下达已拟派的任务"_s, u"Order what was proposed"_s}));
    all.push_back(step(A::Delivered, {u"送达"_s, u"deliver"_s}, {u"已送达"_s, u"delivered"_s},
                       {u"记录指令已送达"_s, u"The order has reached the team"_s}));
    all.push_back(step(A::Acknowledged, {u"接令"_s, u"ack"_s},
                       {u"已接令"_s, u"acknowledge"_s, u"acknowledged"_s},
                       {u"记录队伍已接令"_s, u"The team has acknowledged"_s}));
    all.push_back(step(A::Mustering, {u"集结"_s, u"muster"_s}, {u"mustering"_s},
                       {u"记录队伍集结"_s, u"The team is mustering"_s}));
    all.push_back(step(A::EnRoute, {u"出动"_s, u"enroute"_s},
                       {u"出发"_s, u"en route"_s, u"en_route"_s, u"途中"_s},
                       {u"记录队伍出动"_s, u"The team is on its way"_s}));
    all.push_back(step(A::Staged, {u"前置待命"_s, u"staged"_s}, {u"待命"_s, u"前置"_s, u"stage"_s},
                       {u"记录队伍到达待命点"_s, u"The team waits at its staging point"_s}));
    all.push_back(step(A::OnScene, {u"到场"_s, u"onscene"_s},
                       {u"到达"_s, u"on scene"_s, u"on_scene"_s, u"arrived"_s},
                       {u"记录队伍到场"_s, u"The team is on scene"_s}));
    all.push_back(step(A::Working, {u"作业"_s, u"working"_s}, {u"作业中"_s, u"work"_s},
                       {u"记录开始作业"_s, u"The team is working"_s}));
    all.push_back(step(A::Loaded, {u"装载"_s, u"loaded"_s}, {u"已装载"_s},
                       {u"记录装载完毕（转运）"_s, u"Loaded (transport)"_s}));
    all.push_back(
        step(A::ToDestination, {u"转运"_s, u"todest"_s}, {u"to destination"_s},
             {u"记录驶向目的地（转运）"_s, u"On the way to the destination (transport)"_s}));
    all.push_back(step(A::AtDestination, {u"抵达"_s, u"atdest"_s},
                       {u"到达目的地"_s, u"at destination"_s},
                       {u"记录到达目的地（转运）"_s, u"At the destination (transport)"_s}));
    all.push_back(step(A::Completed, {u"完成"_s, u"completed"_s}, {u"done"_s, u"complete"_s},
                       {u"记录任务完成"_s, u"The task is done"_s}));
    all.push_back(step(A::Returning, {u"返程"_s, u"returning"_s}, {u"返回"_s, u"return"_s},
                       {u"记录队伍返程"_s, u"The team is returning"_s}));
    all.push_back(step(A::Cleared, {u"归建"_s, u"clear"_s}, {u"cleared"_s},
                       {u"记录队伍归建，可再次调派"_s, u"The team is back and free"_s}));
    all.push_back(stepWithReason(A::Declined, {u"拒接"_s, u"decline"_s}, {u"declined"_s},
                                 {u"队伍拒接指令，须写原因"_s, u"The team declines; says why"_s}));
    all.push_back(stepWithReason(A::Recalled, {u"撤回"_s, u"recall"_s}, {u"recalled"_s},
                                 {u"接令前撤回指令，须写原因"_s,
                                  u"Take an order back before it is acknowledged; says why"_s}));
    all.push_back(stepWithReason(A::Cancelled, {u"取消"_s, u"cancel"_s}, {u"cancelled"_s},
                                 {u"取消任务，须写原因"_s, u"Cancel a task; says why"_s}));
    all.push_back({Kind::Divert,
                   0,
                   {u"改派"_s, u"divert"_s},
                   {},
                   {Arg::Team, Arg::Incident, Arg::Reason},
                   {u"队伍 新事件号 原因"_s, u"team incident reason"_s},
                   {u"把队伍改派到另一事件"_s, u"Send a team to another incident instead"_s}});
    all.push_back({Kind::HandOver,
                   0,
                   {u"交接"_s, u"handover"_s},
                   {u"hand over"_s},
                   {Arg::Team, Arg::OtherTeam, Arg::Reason},
                   {u"队伍 接替队伍 原因"_s, u"team other-team reason"_s},
                   {u"由另一队伍接替任务"_s, u"Another team takes over the task"_s}});
    all.push_back(
        {Kind::Undo,
         0,
         {u"撤销"_s, u"undo"_s},
         {u"回退"_s},
         {Arg::OptionalTeams, Arg::OptionalReason},
         {u"[队伍[,队伍]] [说明]"_s, u"[team[,team]] [remark]"_s},
         {u"撤销误记的最后一步（留痕）"_s, u"Take back the last step, recorded by mistake"_s}});
    using F = AssignmentFlag;
    all.push_back(flag(F::Suspended, true, {u"暂停"_s, u"suspend"_s}, {u"suspended"_s},
                       {u"任务暂停，队伍仍占用"_s, u"The task rests; the team stays bound"_s}));
    all.push_back(flag(F::Suspended, false, {u"恢复"_s, u"resume"_s}, {u"继续"_s, u"resumed"_s},
                       {u"暂停的任务继续"_s, u"A suspended task goes on"_s}));
    all.push_back(flag(F::LostContact, true, {u"失联"_s, u"lost"_s},
                       {u"lost contact"_s, u"no contact"_s},
                       {u"与队伍失去联系"_s, u"The team can not be reached"_s}));
    all.push_back(flag(F::LostContact, false, {u"复联"_s, u"contact"_s},
                       {u"恢复联系"_s, u"regained"_s, u"contact regained"_s},
                       {u"与队伍恢复联系"_s, u"The team can be reached again"_s}));
    all.push_back({Kind::Unavailable,
                   0,
                   {u"不可用"_s, u"unavailable"_s},
                   {},
                   {Arg::Teams, Arg::Span, Arg::Reason},
                   {u"队伍[,队伍] 时长 原因"_s, u"team[,team] span reason"_s},
                   {u"队伍在一段时间内不能出动，如 2h、30m、1d"_s,
                    u"A team can not go for a while: 2h, 30m, 1d"_s}});
    all.push_back({Kind::Available,
                   0,
                   {u"可用"_s, u"available"_s},
                   {u"恢复可用"_s},
                   {Arg::Teams},
                   {u"队伍[,队伍]"_s, u"team[,team]"_s},
                   {u"队伍恢复可用"_s, u"A team can go again"_s}});
}

void addIncidentVerbs(std::vector<Verb> &all)
{
    all.push_back({Kind::New,
                   0,
                   {u"新建"_s, u"new"_s},
                   {u"接报"_s, u"报警"_s, u"report"_s},
                   {Arg::Type, Arg::OptionalText},
                   {u"[类型] [标题]"_s, u"[type] [title]"_s},
                   {u"登记新事件"_s, u"Register a new incident"_s}});
    all.push_back({Kind::Note,
                   0,
                   {u"备注"_s, u"note"_s},
                   {u"记录"_s, u"续报"_s},
                   {Arg::Incident, Arg::Text},
                   {u"事件号 内容"_s, u"incident text"_s},
                   {u"在事件上记一条"_s, u"Write a line into an incident's log"_s}});
    all.push_back(move(I::Verified, {u"核实"_s, u"verify"_s}, {u"verified"_s},
                       {u"事件已核实"_s, u"The incident is verified"_s}));
    all.push_back(move(I::Responding, {u"响应"_s, u"respond"_s}, {u"responding"_s},
                       {u"事件转入响应"_s, u"The incident is being responded to"_s}));
    all.push_back(move(I::Stabilised, {u"受控"_s, u"stabilise"_s},
                       {u"stabilize"_s, u"stabilised"_s},
                       {u"事件受控"_s, u"The incident is under control"_s}));
    all.push_back(move(I::Terminated, {u"终止"_s, u"terminate"_s}, {u"应急终止"_s, u"terminated"_s},
                       {u"应急终止"_s, u"The emergency is over"_s}));
    all.push_back(move(I::Closed, {u"结案"_s, u"close"_s}, {u"closed"_s},
                       {u"结案，须无未结任务"_s, u"Close; no task may be open"_s}));
    all.push_back(
        move(I::Archived, {u"归档"_s, u"archive"_s}, {u"archived"_s}, {u"归档"_s, u"Archive"_s}));
    all.push_back(moveWithReason(I::Reopened, {u"重启"_s, u"reopen"_s}, {u"reopened"_s},
                                 {u"重启事件，须写原因"_s, u"Open it again; says why"_s}));
    all.push_back(moveWithReason(I::Unfounded, {u"误报"_s, u"unfounded"_s}, {},
                                 {u"判定为误报，须写原因"_s, u"A false report; says why"_s}));
    all.push_back({Kind::Move,
                   detail(I::Duplicate),
                   {u"并案"_s, u"duplicate"_s},
                   {},
                   {Arg::Incident, Arg::Of, Arg::OptionalReason},
                   {u"事件号 到 事件号 [原因]"_s, u"incident of incident [reason]"_s},
                   {u"并入另一事件"_s, u"The same as another incident"_s}});
}

void addWindowVerbs(std::vector<Verb> &all)
{
    using W = Ui::What;
    all.push_back({Kind::GoTo,
                   0,
                   {u"定位"_s, u"goto"_s},
                   {u"前往"_s, u"转到"_s, u"go to"_s, u"go"_s},
                   {Arg::Place},
                   {u"地名或坐标"_s, u"place or coordinates"_s},
                   {u"地图转到某处"_s, u"Show a place on the map"_s}});
    all.push_back(ui(W::Recommend, {u"推荐"_s, u"recommend"_s}, {u"teams"_s},
                     {Arg::OptionalIncident}, {u"[事件号]"_s, u"[incident]"_s},
                     {u"该派哪些队伍"_s, u"Which teams should go"_s}));
    all.push_back(ui(W::PrintRecord, {u"打印"_s, u"print"_s}, {}, {Arg::OptionalIncident},
                     {u"[事件号]"_s, u"[incident]"_s},
                     {u"打印事件记录"_s, u"Print the record of an incident"_s}));
    all.push_back(ui(W::PrintOrder, {u"打印指令"_s, u"print order"_s}, {}, {Arg::OptionalTeams},
                     {u"[队伍]"_s, u"[team]"_s}, {u"打印调派指令"_s, u"Print an order"_s}));
    all.push_back(ui(W::Queue, {u"队列"_s, u"queue"_s}, {u"待发"_s}, {}, {},
                     {u"待发和冲突的操作"_s, u"What waits to be sent, and conflicts"_s}));
    all.push_back(ui(W::Packages, {u"数据包"_s, u"packages"_s}, {u"u盘"_s, u"usb"_s}, {}, {},
                     {u"没有网络时用U盘交换的数据包"_s,
                      u"Packages on a stick, for when there is no network"_s}));
    all.push_back(
        ui(W::LoadCopy, {u"装入副本"_s, u"load copy"_s}, {u"完整副本"_s, u"whole copy"_s}, {}, {},
           {u"从服务器装入完整副本（缺少的条目已归档时）"_s,
            u"Load a whole copy from the server, when entries missing here are archived"_s}));
    all.push_back(ui(W::Password, {u"口令"_s, u"password"_s}, {u"改口令"_s, u"修改口令"_s}, {}, {},
                     {u"修改自己的登录口令"_s, u"Change one's own password"_s}));
    all.push_back(ui(W::Log, {u"日志"_s, u"log"_s}, {u"journal"_s}, {}, {},
                     {u"操作日志"_s, u"The journal"_s}));
    all.push_back(
        ui(W::Board, {u"看板"_s, u"board"_s}, {}, {}, {}, {u"到任务看板"_s, u"To the board"_s}));
    all.push_back(ui(W::Wall, {u"大屏"_s, u"wall"_s}, {}, {}, {},
                     {u"打开大屏窗口"_s, u"Open the wall view"_s}));
    all.push_back(ui(W::Theme, {u"主题"_s, u"theme"_s}, {}, {Arg::Theme},
                     {u"深色|浅色"_s, u"dark|light"_s}, {u"换主题"_s, u"Change the theme"_s}));
    all.push_back(ui(W::Language, {u"语言"_s, u"lang"_s}, {u"language"_s}, {Arg::LanguageName},
                     {u"中文|英文"_s, u"zh|en"_s}, {u"换语言"_s, u"Change the language"_s}));
    all.push_back(ui(W::Import, {u"导入"_s, u"import"_s}, {}, {Arg::OptionalRegister},
                     {u"[台账]"_s, u"[register]"_s},
                     {u"从文件导入台账"_s, u"Import a register from a file"_s}));
    all.push_back(ui(W::Export, {u"导出"_s, u"export"_s}, {}, {Arg::Register},
                     {u"台账"_s, u"register"_s},
                     {u"导出台账到文件"_s, u"Export a register to a file"_s}));
    all.push_back(ui(W::Help, {u"帮助"_s, u"help"_s}, {u"?"_s, u"？"_s}, {}, {},
                     {u"全部命令"_s, u"All commands"_s}));
}

bool isHan(QChar c)
{
    return c.script() == QChar::Script_Han;
}

bool mayFollow(QStringView spelling, QStringView text, qsizetype end)
{
    if (end == text.size() || text[end].isSpace())
        return true;
    const QChar next = text[end];
    return isHan(spelling.back()) &&
           (next.isDigit() || next == u'.' || next == u'"' || next == u'“');
}

} // namespace

const std::vector<Verb> &verbs()
{
    static const std::vector<Verb> all = [] {
        std::vector<Verb> list;
        addTeamVerbs(list);
        addIncidentVerbs(list);
        addWindowVerbs(list);
        return list;
    }();
    return all;
}

const Verb *findVerb(Kind kind, int wanted)
{
    const auto found = std::ranges::find_if(
        verbs(), [&](const Verb &verb) { return verb.kind == kind && verb.detail == wanted; });
    return found == verbs().end() ? nullptr : &*found;
}

VerbMatch matchVerb(QStringView text, int from)
{
    VerbMatch best;
    const QStringView rest = text.sliced(from);
    const auto consider = [&](const Verb &verb, const QString &spelling) {
        if (spelling.size() > best.length && rest.startsWith(spelling, Qt::CaseInsensitive) &&
            mayFollow(spelling, rest, spelling.size())) {
            best = {&verb, static_cast<int>(spelling.size())};
        }
    };
    for (const Verb &verb : verbs()) {
        consider(verb, verb.word.zh);
        consider(verb, verb.word.en);
        for (const QString &alias : verb.aliases)
            consider(verb, alias);
    }
    return best;
}

Body makeBody(const Verb &verb, const Slots &values)
{
    switch (verb.kind) {
    case Kind::Dispatch:
        return Dispatch{values.incident, values.teams, values.text, verb.detail == 1};
    case Kind::Step:
        return Step{static_cast<AssignmentState>(verb.detail), values.teams, values.text};
    case Kind::Divert: return Divert{values.team, values.incident, values.text};
    case Kind::HandOver: return HandOver{values.team, values.otherTeam, values.text};
    case Kind::Undo: return Undo{values.teams, values.text};
    case Kind::Flag:
        return Flag{static_cast<AssignmentFlag>(verb.detail / 2), verb.detail % 2 == 1,
                    values.teams, values.text};
    case Kind::Note: return Note{values.incident, values.text};
    case Kind::Move:
        return MoveIncident{values.incident, static_cast<IncidentState>(verb.detail), values.other,
                            values.text};
    case Kind::GoTo: return GoTo{values.text};
    case Kind::New: return NewIncident{values.type, values.text};
    case Kind::Unavailable: return Unavailable{values.teams, values.span, values.text};
    case Kind::Available: return Available{values.teams};
    case Kind::Ui: break;
    }
    const auto what = static_cast<Ui::What>(verb.detail);
    if (what == Ui::What::PrintRecord || what == Ui::What::Recommend)
        return Ui{what, QString::number(values.incident)};
    if (what == Ui::What::PrintOrder)
        return Ui{what, values.teams.value(0)};
    return Ui{what, values.word};
}

namespace {

using Parts = std::pair<const Verb *, Slots>;

struct Apart
{
    Parts operator()(const Dispatch &c) const
    {
        return {findVerb(Kind::Dispatch, c.ordered ? 1 : 0),
                {.incident = c.incident, .teams = c.teams, .text = c.task}};
    }
    Parts operator()(const Step &c) const
    {
        return {findVerb(Kind::Step, detail(c.to)), {.teams = c.teams, .text = c.reason}};
    }
    Parts operator()(const Divert &c) const
    {
        return {findVerb(Kind::Divert, 0),
                {.incident = c.incident, .team = c.team, .text = c.reason}};
    }
    Parts operator()(const HandOver &c) const
    {
        return {findVerb(Kind::HandOver, 0), {.team = c.from, .otherTeam = c.to, .text = c.reason}};
    }
    Parts operator()(const Undo &c) const
    {
        return {findVerb(Kind::Undo, 0), {.teams = c.teams, .text = c.reason}};
    }
    Parts operator()(const Flag &c) const
    {
        return {findVerb(Kind::Flag, detail(c.flag, c.on)), {.teams = c.teams, .text = c.reason}};
    }
    Parts operator()(const Note &c) const
    {
        return {findVerb(Kind::Note, 0), {.incident = c.incident, .text = c.text}};
    }
    Parts operator()(const MoveIncident &c) const
    {
        return {findVerb(Kind::Move, detail(c.to)),
                {.incident = c.incident, .other = c.duplicateOf, .text = c.reason}};
    }
    Parts operator()(const GoTo &c) const { return {findVerb(Kind::GoTo, 0), {.text = c.where}}; }
    Parts operator()(const NewIncident &c) const
    {
        return {findVerb(Kind::New, 0), {.text = c.title, .type = c.type}};
    }
    Parts operator()(const Unavailable &c) const
    {
        return {findVerb(Kind::Unavailable, 0),
                {.teams = c.teams, .text = c.reason, .span = c.span}};
    }
    Parts operator()(const Available &c) const
    {
        return {findVerb(Kind::Available, 0), {.teams = c.teams}};
    }
    Parts operator()(const Ui &c) const
    {
        Slots values{.word = c.argument};
        if (c.what == Ui::What::PrintOrder && !c.argument.isEmpty())
            values.teams = {c.argument};
        values.incident = c.argument.toInt();
        return {findVerb(Kind::Ui, detail(c.what)), values};
    }
};

} // namespace

std::pair<const Verb *, Slots> takeApart(const Body &body)
{
    return std::visit(Apart{}, body);
}

QString typeCode(QStringView word)
{
    for (const IncidentType &type : incidentTypes()) {
        if (word.compare(type.code, Qt::CaseInsensitive) == 0 || word == type.words.zh ||
            word.compare(type.words.en, Qt::CaseInsensitive) == 0)
            return type.code;
    }
    return {};
}

QString typeWord(const QString &code, Language language)
{
    const IncidentType *type = findIncidentType(code);
    return language == Language::Chinese && type ? type->words.zh : code;
}

QString registerKey(QStringView words)
{
    for (const RegisterSpec *spec : allRegisters()) {
        for (const QString &name : {spec->key, QString(spec->key + u's'), spec->one.zh,
                                    spec->one.en, spec->many.zh, spec->many.en}) {
            if (words.compare(name, Qt::CaseInsensitive) == 0)
                return spec->key;
        }
    }
    return {};
}

} // namespace leeward::command
