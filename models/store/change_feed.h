#pragma once

#include "models/domain/changes.h"

#include <QObject>

namespace leeward::store {

// Where every commit on a realm file says what it changed. Published on the store thread, received
// wherever the listener lives.
class ChangeFeed : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;
    // Any thread; after the commit.
    void publish(const Changes &changes)
    {
        if (!changes.empty())
            Q_EMIT changed(changes);
    }
    // The journal, the queue or both have moved.
    void publishProgress() { Q_EMIT progressed(); }

Q_SIGNALS:
    void changed(const leeward::Changes &changes);
    void progressed();
};

} // namespace leeward::store

Q_DECLARE_METATYPE(leeward::Changes)
