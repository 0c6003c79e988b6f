#pragma once

#include <QtLogging>

#include <sodium.h>

namespace leeward::sync {

// Before the first use of libsodium in a function; costs nothing after the first time. Any thread.
inline void sodiumReady()
{
    if (sodium_init() < 0) // no entropy source: nothing that follows would be a secret
        qFatal("leeward: libsodium can not start");
}

} // namespace leeward::sync
