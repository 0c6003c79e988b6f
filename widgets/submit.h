#pragma once

#include "widgets/notices.h"
#include "widgets/panels/refusal_text.h"
#include "widgets/shell.h"

#include <QPointer>

namespace leeward::widgets {

// Submits `body` and tells the outcome in the notice bar: `done` when it was taken, the refusal's
// words when not. `taken` and `refused` run only while `context` lives. `refused` answers true when
// it has shown the refusal itself.
template <class Body>
void submitAndTell(const Shell &shell, QObject *context, const Body &body, const QString &done,
                   std::function<void()> taken = {},
                   std::function<bool(const desk::Failure &)> refused = {})
{
    shell.desk.submit(body).then(
        context, [&shell, done, taken = std::move(taken),
                  refused = std::move(refused)](const desk::Outcome &outcome) {
            if (outcome) {
                if (!done.isEmpty())
                    shell.notices.tell(done);
                if (taken)
                    taken();
                return;
            }
            if (refused && refused(outcome.error()))
                return;
            shell.notices.complain(refusalText(outcome.error(), shell.language(), shell.cache));
        });
}

} // namespace leeward::widgets
