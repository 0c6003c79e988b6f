#include "server/http/realm_keeper.h"

#include <QDir>
#include <QLoggingCategory>

#include <algorithm>

namespace leeward::server {

using namespace Qt::StringLiterals;

Q_LOGGING_CATEGORY(lcRealms, "leeward.server.realms")

namespace {

constexpr auto lookEvery = std::chrono::seconds(2);
constexpr qint64 checkedAtStart = 10'000; // entries; a tenth of a second

// What takes time to open and belongs to no thread yet.
struct Opened
{
    QString mark;
    std::unique_ptr<RealmHost> host;
    std::unique_ptr<PositionBoard> positions;
};

// The mark is part of the file, so that every copy of it says what it is.
Result<QString> agreeOnMark(const QString &file, const std::optional<RealmRow> &row)
{
    TRY_ASSIGN(store::CacheFile cache, store::CacheFile::open(file));
    store::Connection &db = cache.connection();
    TRY_ASSIGN(const QString marked, store::metaValue(db, u"realm_mark"_s));
    if (!row || row->mark == marked)
        return marked;
    TRY_ASSIGN(const store::Head head, store::journalHead(db));
    if (!marked.isEmpty() || head.seq > 0) {
        return fail(Errc::Corrupt,
                    u"%1 is marked '%2', and should be '%3'"_s.arg(file, marked, row->mark));
    }
    TRY(store::setMetaValue(db, u"realm_mark"_s, row->mark));
    return row->mark;
}

Result<Opened> openParts(const RealmPlace &place, const QString &name,
                         const std::optional<RealmRow> &row, const Clock &clock)
{
    const QString file = place.folder + u'/' + name + u".journal"_s;
    Opened opened;
    std::unique_ptr<Journal> journal;
    if (place.journal) { // may bring a file, with its mark
        TRY_ASSIGN(journal, place.journal(name, file));
    }
    TRY_ASSIGN(opened.mark, agreeOnMark(file, row));
    TRY_ASSIGN(opened.host,
               RealmHost::open(file, clock, std::move(journal), Seals(place.sealKey, name)));
    auto whole =
        opened.host->run([](store::Connection &db) { return checkNewest(db, checkedAtStart); });
    if (const auto fine = whole.result(); !fine)
        return fail(fine.error().code, u"realm %1: %2"_s.arg(name, fine.error().detail));
    TRY_ASSIGN(opened.positions,
               PositionBoard::open(place.folder + u'/' + name + u".positions"_s, clock));
    return opened;
}

void serve(ServedRealms &realms, const QString &name, Opened opened)
{
    ServedRealm realm{.name = name, .mark = opened.mark};
    realm.host = std::move(opened.host);
    realm.hub = std::make_unique<StreamHub>(*realm.host);
    realm.positions = std::move(opened.positions);
    realms.insert_or_assign(name, std::move(realm));
}

std::optional<RealmRow> rowOf(const std::vector<RealmRow> &rows, const QString &name)
{
    const auto found = std::ranges::find(rows, name, &RealmRow::name);
    return found == rows.end() ? std::nullopt : std::optional(*found);
}

} // namespace

Result<ServedRealms> openRealms(const RealmPlace &place, const std::vector<RealmRow> &rows,
                                const Clock &clock)
{
    QStringList names = {u"live"_s};
    for (const QString &file : QDir(place.folder).entryList({u"*.journal"_s}, QDir::Files))
        names += file.chopped(8);
    for (const RealmRow &row : rows)
        names += row.name;
    names.removeDuplicates();
    ServedRealms realms;
    for (const QString &name : std::as_const(names)) {
        const auto row = rowOf(rows, name);
        if (row && row->retired)
            continue;
        TRY_ASSIGN(Opened opened, openParts(place, name, row, clock));
        serve(realms, name, std::move(opened));
    }
    return realms;
}

RealmKeeper::RealmKeeper(ServedRealms &realms, Place place, const Clock &clock,
                         AccountDesk &accounts, QThreadPool &pool)
    : m_realms(realms)
    , m_place(std::move(place))
    , m_clock(clock)
    , m_accounts(accounts)
    , m_pool(pool)
{
    m_look.setInterval(lookEvery);
    m_look.callOnTimeout(this, &RealmKeeper::look);
}

void RealmKeeper::apply(const RealmRow &row, std::function<void(Result<>)> done)
{
    if (const auto there = m_realms.find(row.name); there != m_realms.end()) {
        ServedRealm &realm = there->second;
        if (realm.mark != row.mark) {
            done(fail(Errc::Corrupt, u"realm %1 is of another kind here"_s.arg(row.name)));
            return;
        }
        if (!realm.retired && row.retired)
            realm.hub->close();
        realm.retired = row.retired;
        done({});
        return;
    }
    if (row.retired) {
        done({});
        return;
    }
    auto &waiting = m_opening[row.name];
    waiting.push_back(std::move(done));
    if (waiting.size() > 1)
        return; // on its way
    m_pool.start([this, row] {
        // In a shared pointer: what is opened can not be copied, and a posted call must be.
        auto opened = std::make_shared<Result<Opened>>(openParts(m_place, row.name, row, m_clock));
        QMetaObject::invokeMethod(
            this,
            [this, row, opened] {
                if (*opened) {
                    serve(m_realms, row.name, std::move(**opened));
                    qCInfo(lcRealms).noquote() << "serving" << row.name << row.mark;
                } else {
                    qCWarning(lcRealms).noquote()
                        << "realm" << row.name << "can not be opened:" << opened->error().detail;
                }
                const Result<> outcome = *opened ? Result<>() : std::unexpected(opened->error());
                for (const auto &told : m_opening.take(row.name))
                    told(outcome);
            },
            Qt::QueuedConnection);
    });
}

void RealmKeeper::follow()
{
    m_look.start();
}

void RealmKeeper::look()
{
    m_accounts.ask<std::vector<RealmRow>>(
        [](Accounts &accounts) { return accounts.realms(); }, this,
        [this](const Result<std::vector<RealmRow>> &rows) {
            if (!rows)
                return; // not to be had now: asked again
            for (const RealmRow &row : *rows) {
                const auto there = m_realms.find(row.name);
                const bool served = there != m_realms.end() && !there->second.retired;
                if (served == row.retired)
                    apply(row, [](const Result<> &) {});
            }
        });
}

} // namespace leeward::server
