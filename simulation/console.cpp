#include "simulation/console.h"

#include "sync/package.h"
#include "sync/wire.h"

namespace leeward::simulation {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using store::Pending;
namespace wire = sync::wire;

namespace {

// Keys and salts from the run's own dice.
class SeededRandom final : public sync::RandomSource
{
public:
    explicit SeededRandom(quint64 seed)
        : m_dice(seed)
    {
    }
    [[nodiscard]] QByteArray bytes(int count) override
    {
        QByteArray all(count, '\0');
        for (char &one : all)
            one = static_cast<char>(m_dice.below(256));
        return all;
    }

private:
    Dice m_dice;
};

sync::DeviceKey makeKey(const QString &name, quint64 seed)
{
    SeededRandom random(seed);
    return sync::DeviceKey::make(name, random);
}

QString outcomeText(const desk::Failure &failure)
{
    if (const auto *error = std::get_if<Error>(&failure))
        return u"error "_s + errcName(error->code);
    return refusalName(std::get<Refusal>(failure).reason);
}

} // namespace

Console::Console(World &world, int number, QString user, Town &town,
                 std::function<void(Console &, quint64, const QByteArray &)> send)
    : Machine(world, u"desk%1"_s.arg(number))
    , m_number(number)
    , m_user(std::move(user))
    , m_town(town)
    , m_send(std::move(send))
    , m_ids(world.dice.next())
    , m_key(makeKey(name(), world.dice.next()))
{
}

void Console::meddle()
{
    if (m_world.options.seams.cacheOpened)
        m_world.options.seams.cacheOpened(db());
}

void Console::opened()
{
    auto rows = rowsOf(db());
    m_world.chronicle.claim("reading", rows.has_value(), [&] { return rows.error().detail; });
    m_shown = rows ? std::move(*rows) : Rows();
    look();
    wake();
}

void Console::forgot()
{
    m_rounds = {};
    m_waits = false;
    ++m_exchange; // whatever was asked is of another life
}

void Console::wake()
{
    if (isUp() && m_rounds.wake())
        ask();
}

void Console::ask()
{
    const int limit = m_world.dice.chance(30) ? 1 + m_world.dice.below(4) : 200;
    const auto asked = sync::askOf(db(), limit, m_rounds.withPast());
    if (died())
        return;
    if (!asked) {
        explain(asked.error(), "ask");
        end({.error = asked.error()});
        return;
    }
    m_full = static_cast<int>(asked->submissions.size()) == limit;
    m_waits = true;
    ++m_exchange;
    later(m_world.dice.span(10s, 60s), [this, exchange = m_exchange] {
        if (m_waits && exchange == m_exchange) {
            m_waits = false;
            end({.error = Error{Errc::Network, u"no answer"_s}});
        }
    });
    m_send(*this, m_exchange, wire::toBytes(*asked));
}

void Console::end(const sync::Rounds::End &how)
{
    const sync::Rounds::Then then = m_rounds.ended(how, m_world.dice.fraction());
    if (then.pause)
        later(*then.pause, [this] { wake(); });
    else if (then.wake)
        wake();
}

void Console::arrive(quint64 exchange, const Result<QByteArray> &reply)
{
    if (!isUp())
        return;
    const bool late = !m_waits || exchange != m_exchange;
    if (!late)
        m_waits = false;
    if (!reply) { // the server is there and can not
        if (!late)
            end({.error = Error{Errc::Network, reply.error().detail}});
        return;
    }
    auto read = wire::replyFrom(*reply);
    if (!m_world.chronicle.claim("wire", read.has_value(), [&] { return read.error().detail; }))
        return;
    if (m_world.options.seams.replyComes)
        m_world.options.seams.replyComes(*read);
    take(*read, late);
}

void Console::take(sync::Reply reply, bool late)
{
    reply.more |= late; // one that was overtaken does not tell that all is here
    const auto step = sync::take(db(), reply);
    if (died())
        return;
    if (m_world.options.seams.deskTook)
        m_world.options.seams.deskTook(db());
    if (!step) {
        // An answer that comes after a newer one may be of another past, and so may one that was
        // overtaken by a stick from before a restore: it is not taken, and the next round mends it.
        const bool twoPasts =
            late || m_world.chronicle.injected()[static_cast<size_t>(Fault::Restore)] > 0;
        if (!twoPasts || step.error().code != Errc::Corrupt)
            explain(step.error(), "take");
        else
            m_world.chronicle.count(u"answers_of_another_past"_s);
        if (!late)
            end({.error = step.error()});
        return;
    }
    if (step->retreatedBy > 0) {
        m_world.chronicle.tell(u"%1 goes back by %2"_s.arg(name()).arg(step->retreatedBy));
        m_world.chronicle.count(u"retreats"_s);
    }
    show(step->changes, "take");
    if (late)
        m_world.chronicle.count(u"answers_taken_late"_s);
    else
        end({.again = m_full || step->again, .withPast = step->withPast, .error = {}});
}

void Console::frame(const QByteArray &bytes)
{
    if (!isUp())
        return;
    const auto frame = wire::frameFrom(bytes);
    if (!m_world.chronicle.claim("wire", frame.has_value(), [&] { return frame.error().detail; }))
        return;
    const auto step = sync::takePushed(db(), frame->entries);
    if (died())
        return;
    if (step && *step) {
        show((*step)->changes, "frame");
        return;
    }
    wake(); // a hole, or something to be looked at: asking tells
}

void Console::told(const Operation &operation, const desk::Outcome &outcome)
{
    if (outcome) {
        show(outcome->changes, "submit");
        m_town.learn(operation);
        m_world.auditor.made(m_number, outcome->operation);
        m_world.chronicle.tell(
            u"%1 does %2 %3"_s.arg(name(), operation.kind, outcome->operation.text()));
        wake();
        return;
    }
    m_world.chronicle.tell(
        u"%1 may not %2: %3"_s.arg(name(), operation.kind, outcomeText(outcome.error())));
    if (const auto *error = std::get_if<Error>(&outcome.error()))
        explain(*error, "submit");
    else
        m_world.chronicle.count(u"refused_at_the_desk"_s);
}

void Console::submit(const Operation &operation)
{
    m_world.auditor.tried(operation);
    const desk::Outcome done = desk::enqueue(db(), operation);
    if (!died())
        told(operation, done);
}

void Console::act()
{
    Pen mine = pen();
    const auto operation = intend(db(), m_town, mine, m_world.dice);
    if (!operation)
        explain(operation.error(), "intend");
    else if (*operation)
        submit(**operation);
}

bool Console::decide()
{
    const auto pending = store::pendingOperations(db());
    if (!pending) {
        explain(pending.error(), "decide");
        return true;
    }
    for (const Pending &waiting : *pending) {
        if (waiting.state == Pending::State::Queued || m_world.dice.chance(30))
            continue;
        const OperationId id = waiting.operation.id;
        m_world.chronicle.count(waiting.state == Pending::State::Conflict ? u"conflicts_seen"_s
                                                                          : u"refusals_seen"_s);
        if (m_world.dice.chance(60)) {
            Operation retried = waiting.operation;
            retried.id = desk::retryId(waiting);
            m_world.auditor.tried(retried);
            const auto again = desk::retry(db(), waiting.position);
            // Where its retry is another operation and the process died of it, nobody knows which
            // of the two is there.
            if (retried.id != id && (again || disk().isDead()))
                m_world.auditor.decided(m_number, id);
            if (!died())
                told(waiting.operation, again);
        } else {
            m_world.chronicle.tell(u"%1 withdraws %2"_s.arg(name(), id.text()));
            const Result<> gone = desk::withdraw(db(), waiting.position);
            if (!gone && gone.error().code == Errc::Unsupported && desk::isUnanswered(waiting)) {
                m_world.chronicle.count(u"withdrawals_too_early"_s);
                return true;
            }
            m_world.auditor.decided(m_number, id); // with an error nobody knows
            if (!died() && !gone)
                explain(gone.error(), "withdraw");
        }
        return true;
    }
    return false;
}

void Console::takeStick(Console &from)
{
    SeededRandom random(m_world.dice.next());
    const auto made = sync::makePackage(
        from.db(), from.key(),
        {.madeAt = from.clock().now(), .recipients = {m_key.card()}, .passphrase = {}}, random);
    if (from.died())
        return;
    if (!made) {
        from.explain(made.error(), "write a stick");
        return;
    }
    Changes changes;
    const auto taken = sync::takePackage(
        db(), made->bytes,
        {.key = &m_key, .passphrase = {}, .trusted = nullptr, .trustOnce = from.key().card().key},
        changes);
    if (died())
        return;
    show(changes, "stick");
    if (taken) {
        m_world.chronicle.count(u"packages"_s);
        m_world.chronicle.tell(u"%1 takes a stick of %2: %3 entries, %4 operations, %5 conflicts"_s
                                   .arg(name(), from.name())
                                   .arg(taken->entriesTaken)
                                   .arg(taken->operationsTaken)
                                   .arg(taken->operationsInConflict));
        wake();
        return;
    }
    m_world.chronicle.tell(u"%1 can not take a stick of %2: %3"_s.arg(
        name(), from.name(), sync::faultName(taken.error().fault)));
    if (taken.error().fault == sync::PackageFault::Failed)
        explain(taken.error().error, "take a stick");
    else // after a restore there are two pasts for a while
        m_world.chronicle.claim("packages",
                                taken.error().fault == sync::PackageFault::OtherPast ||
                                    taken.error().fault == sync::PackageFault::Hole,
                                [&] { return taken.error().error.detail; });
}

void Console::takeStickOfDrill(store::Connection &drill, const sync::DeviceKey &sealer)
{
    SeededRandom random(m_world.dice.next());
    const auto made = sync::makePackage(
        drill, sealer, {.madeAt = clock().now(), .recipients = {m_key.card()}, .passphrase = {}},
        random);
    Changes changes;
    const auto taken =
        made ? sync::takePackage(db(), made->bytes,
                                 {.key = &m_key,
                                  .passphrase = {},
                                  .trusted = nullptr,
                                  .trustOnce = sealer.card().key},
                                 changes)
             : sync::PackageResult<sync::PackageSummary>(std::unexpected(made.error()));
    if (died())
        return;
    m_world.chronicle.tell(name() + u" is handed a stick of a drill"_s);
    m_world.chronicle.claim("drill",
                            !taken && taken.error().fault == sync::PackageFault::DrillIntoLive &&
                                changes.empty(),
                            [&] { return name() + u" took something of a drill"_s; });
}

void Console::show(const Changes &changes, const char *after)
{
    const QString misfit = play(changes, m_shown);
    m_world.chronicle.claim("screen", misfit.isEmpty(), [&] {
        return u"%1, %2: %3"_s.arg(name(), QLatin1StringView(after), misfit);
    });
}

void Console::look()
{
    if (!isUp())
        return;
    m_world.auditor.look(m_number, db());
    const auto rows = rowsOf(db());
    m_world.chronicle.claim("screen", rows && *rows == m_shown,
                            [&] { return name() + u": the screen shows other rows"_s; });
}

bool Console::isQuiet(const store::Head &head)
{
    if (!isUp() || m_rounds.isBusy())
        return false;
    const auto here = store::journalHead(db());
    const auto queued = sync::toSend(db(), 1);
    return here && *here == head && queued && queued->empty();
}

} // namespace leeward::simulation
