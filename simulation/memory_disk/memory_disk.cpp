#include "simulation/memory_disk/memory_disk.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <span>
#include <vector>

namespace leeward::simulation {

namespace {
constexpr int sectorSize = 4096;
constexpr int shmLocks = SQLITE_SHM_NLOCK;
} // namespace

struct MemoryDisk::Node
{
    // One change that is not safe yet: a write, or the new length.
    struct Change
    {
        qint64 at = 0;
        QByteArray bytes;
        qint64 length = -1;
    };
    QByteArray seen;
    QByteArray safe;
    std::vector<Change> waiting;
    std::vector<Handle *> handles;
    std::vector<std::unique_ptr<std::array<char, 32768>>> shared; // the -shm file
    std::array<std::vector<Handle *>, shmLocks> readers;
    std::array<Handle *, shmLocks> writers{};

    static void write(QByteArray &to, qint64 at, const char *bytes, qint64 size)
    {
        if (to.size() < at + size) {
            if (at + size > to.capacity())
                to.reserve(std::max<qsizetype>(at + size, to.capacity() * 2));
            to.append(at + size - to.size(), '\0');
        }
        std::memcpy(to.data() + at, bytes, static_cast<size_t>(size));
    }
    void settle()
    {
        for (const Change &change : waiting)
            apply(change, change.bytes.size());
        waiting.clear();
    }
    void apply(const Change &change, qint64 size)
    {
        if (change.length >= 0)
            safe.truncate(change.length);
        else
            write(safe, change.at, change.bytes.constData(), size);
    }
};

struct MemoryDisk::Handle
{
    sqlite3_file base; // first: SQLite sees this
    MemoryDisk *disk;
    std::shared_ptr<Node> node;
    QByteArray path;
    bool deleteOnClose;
    int lock;
};

struct MemoryDisk::Registration
{
    sqlite3_vfs vfs{};
};

// What SQLite calls.
struct Calls
{
    using Handle = MemoryDisk::Handle;
    using Node = MemoryDisk::Node;
    using Trouble = MemoryDisk::Trouble;

    static Handle &of(sqlite3_file *file) { return *reinterpret_cast<Handle *>(file); }
    static MemoryDisk &of(sqlite3_vfs *vfs) { return *static_cast<MemoryDisk *>(vfs->pAppData); }

    static int close(sqlite3_file *file)
    {
        Handle &handle = of(file);
        std::erase(handle.node->handles, &handle);
        forgetShm(handle);
        if (handle.deleteOnClose)
            handle.disk->m_files.erase(handle.path);
        handle.~Handle();
        return SQLITE_OK;
    }
    static int read(sqlite3_file *file, void *to, int amount, sqlite3_int64 at)
    {
        const Handle &handle = of(file);
        if (handle.disk->m_dead)
            return SQLITE_IOERR_READ;
        const QByteArray &bytes = handle.node->seen;
        const qint64 there = std::clamp<qint64>(bytes.size() - at, 0, amount);
        if (there > 0)
            std::memcpy(to, bytes.constData() + at, static_cast<size_t>(there));
        if (there == amount)
            return SQLITE_OK;
        std::memset(static_cast<char *>(to) + there, 0, static_cast<size_t>(amount - there));
        return SQLITE_IOERR_SHORT_READ;
    }
    static int write(sqlite3_file *file, const void *from, int amount, sqlite3_int64 at)
    {
        Handle &handle = of(file);
        Node &node = *handle.node;
        if (handle.disk->m_dead || handle.disk->m_trouble == Trouble::Defective)
            return SQLITE_IOERR_WRITE;
        if (handle.disk->m_trouble == Trouble::Full && at + amount > node.seen.size())
            return SQLITE_FULL;
        const auto *bytes = static_cast<const char *>(from);
        int size = amount;
        const bool alive = handle.disk->step(&size, amount);
        if (size > 0) {
            Node::write(node.seen, at, bytes, size);
            node.waiting.push_back({.at = at, .bytes = QByteArray(bytes, size)});
        }
        return alive ? SQLITE_OK : SQLITE_IOERR_WRITE;
    }
    static int truncate(sqlite3_file *file, sqlite3_int64 size)
    {
        Handle &handle = of(file);
        if (handle.disk->m_dead || handle.disk->m_trouble == Trouble::Defective ||
            !handle.disk->step())
            return SQLITE_IOERR_TRUNCATE;
        if (size < handle.node->seen.size()) {
            handle.node->seen.truncate(size);
            handle.node->waiting.push_back({.bytes = {}, .length = size});
        }
        return SQLITE_OK;
    }
    static int sync(sqlite3_file *file, int)
    {
        Handle &handle = of(file);
        if (handle.disk->m_dead || handle.disk->m_trouble == Trouble::Defective ||
            !handle.disk->step())
            return SQLITE_IOERR_FSYNC;
        handle.node->settle();
        return SQLITE_OK;
    }
    static int fileSize(sqlite3_file *file, sqlite3_int64 *size)
    {
        if (of(file).disk->m_dead)
            return SQLITE_IOERR_FSTAT;
        *size = of(file).node->seen.size();
        return SQLITE_OK;
    }
    static int lock(sqlite3_file *file, int level)
    {
        Handle &handle = of(file);
        for (const Handle *other : handle.node->handles) {
            if (other == &handle)
                continue;
            const bool busy = level == SQLITE_LOCK_SHARED     ? other->lock >= SQLITE_LOCK_PENDING
                              : level < SQLITE_LOCK_EXCLUSIVE ? other->lock >= SQLITE_LOCK_RESERVED
                                                              : other->lock >= SQLITE_LOCK_SHARED;
            if (busy)
                return SQLITE_BUSY;
        }
        handle.lock = std::max(handle.lock, level);
        return SQLITE_OK;
    }
    static int unlock(sqlite3_file *file, int level)
    {
        of(file).lock = std::min(of(file).lock, level);
        return SQLITE_OK;
    }
    static int reserved(sqlite3_file *file, int *answer)
    {
        *answer = std::ranges::any_of(of(file).node->handles, [](const Handle *handle) {
            return handle->lock >= SQLITE_LOCK_RESERVED;
        });
        return SQLITE_OK;
    }
    static int control(sqlite3_file *, int, void *) { return SQLITE_NOTFOUND; }
    static int sector(sqlite3_file *) { return sectorSize; }
    // A write touches no byte beside its own, as on any file system that SQLite supposes.
    static int characteristics(sqlite3_file *) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

    static int shmMap(sqlite3_file *file, int region, int size, int extend, void volatile **to)
    {
        auto &shared = of(file).node->shared;
        *to = nullptr;
        if (of(file).disk->m_dead || size > 32768)
            return SQLITE_IOERR_SHMMAP;
        while (static_cast<int>(shared.size()) <= region) {
            if (!extend)
                return SQLITE_OK;
            shared.push_back(std::make_unique<std::array<char, 32768>>());
            shared.back()->fill(0);
        }
        *to = shared[static_cast<size_t>(region)]->data();
        return SQLITE_OK;
    }
    static int shmLock(sqlite3_file *file, int first, int count, int flags)
    {
        Handle &handle = of(file);
        Node &node = *handle.node;
        const auto range = [&](auto &locks) {
            return std::span(locks).subspan(static_cast<size_t>(first), static_cast<size_t>(count));
        };
        if (flags & SQLITE_SHM_UNLOCK) {
            for (auto &writer : range(node.writers)) {
                if (writer == &handle)
                    writer = nullptr;
            }
            for (auto &readers : range(node.readers))
                std::erase(readers, &handle);
            return SQLITE_OK;
        }
        for (const Handle *writer : range(node.writers)) {
            if (writer && writer != &handle)
                return SQLITE_BUSY;
        }
        const bool exclusive = flags & SQLITE_SHM_EXCLUSIVE;
        for (const auto &readers : range(node.readers)) {
            for (const Handle *reader : readers) {
                if (exclusive && reader != &handle)
                    return SQLITE_BUSY;
            }
        }
        if (exclusive) {
            for (auto &writer : range(node.writers))
                writer = &handle;
        } else {
            for (auto &readers : range(node.readers))
                readers.push_back(&handle);
        }
        return SQLITE_OK;
    }
    static void shmBarrier(sqlite3_file *) {}
    static void forgetShm(Handle &handle)
    {
        Node &node = *handle.node;
        for (auto &writer : node.writers) {
            if (writer == &handle)
                writer = nullptr;
        }
        for (auto &readers : node.readers)
            std::erase(readers, &handle);
        if (node.handles.empty())
            node.shared.clear();
    }
    static int shmUnmap(sqlite3_file *file, int)
    {
        forgetShm(of(file));
        return SQLITE_OK;
    }

    static int open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
    {
        static constexpr sqlite3_io_methods methods = {.iVersion = 2,
                                                       .xClose = close,
                                                       .xRead = read,
                                                       .xWrite = write,
                                                       .xTruncate = truncate,
                                                       .xSync = sync,
                                                       .xFileSize = fileSize,
                                                       .xLock = lock,
                                                       .xUnlock = unlock,
                                                       .xCheckReservedLock = reserved,
                                                       .xFileControl = control,
                                                       .xSectorSize = sector,
                                                       .xDeviceCharacteristics = characteristics,
                                                       .xShmMap = shmMap,
                                                       .xShmLock = shmLock,
                                                       .xShmBarrier = shmBarrier,
                                                       .xShmUnmap = shmUnmap,
                                                       .xFetch = nullptr,
                                                       .xUnfetch = nullptr};
        file->pMethods = nullptr;
        MemoryDisk &disk = of(vfs);
        if (disk.m_dead)
            return SQLITE_IOERR;
        const QByteArray path = name ? QByteArray(name) : QByteArray();
        std::shared_ptr<Node> node;
        if (const auto found = disk.m_files.find(path); name && found != disk.m_files.end())
            node = found->second;
        else if (flags & SQLITE_OPEN_CREATE)
            node = std::make_shared<Node>();
        else
            return SQLITE_CANTOPEN;
        if (name)
            disk.m_files[path] = node;
        auto *handle = new (file) Handle{.base = {&methods},
                                         .disk = &disk,
                                         .node = node,
                                         .path = path,
                                         .deleteOnClose = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                                         .lock = SQLITE_LOCK_NONE};
        node->handles.push_back(handle);
        if (out)
            *out = flags;
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs *vfs, const char *name, int)
    {
        MemoryDisk &disk = of(vfs);
        if (disk.m_dead || !disk.step())
            return SQLITE_IOERR_DELETE;
        return disk.m_files.erase(name) ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
    }
    static int access(sqlite3_vfs *vfs, const char *name, int, int *answer)
    {
        MemoryDisk &disk = of(vfs);
        if (disk.m_dead)
            return SQLITE_IOERR_ACCESS;
        const auto found = disk.m_files.find(name);
        *answer = found != disk.m_files.end() && !found->second->seen.isEmpty();
        return SQLITE_OK;
    }
    static int fullPath(sqlite3_vfs *, const char *name, int size, char *to)
    {
        sqlite3_snprintf(size, to, "%s", name);
        return SQLITE_OK;
    }
    static int randomness(sqlite3_vfs *, int size, char *to)
    {
        std::memset(to, 0, static_cast<size_t>(size));
        return size;
    }
    static int sleep(sqlite3_vfs *, int microseconds) { return microseconds; }
    static int currentTime(sqlite3_vfs *, double *days)
    {
        *days = 2'461'000.0;
        return SQLITE_OK;
    }
    static int lastError(sqlite3_vfs *, int, char *) { return 0; }
};

MemoryDisk::MemoryDisk(const QByteArray &name)
    : m_name(name)
    , m_registration(std::make_unique<Registration>())
{
    sqlite3_vfs &vfs = m_registration->vfs;
    vfs.iVersion = 1;
    vfs.szOsFile = sizeof(Handle);
    vfs.mxPathname = 512;
    vfs.zName = m_name.constData();
    vfs.pAppData = this;
    vfs.xOpen = Calls::open;
    vfs.xDelete = Calls::remove;
    vfs.xAccess = Calls::access;
    vfs.xFullPathname = Calls::fullPath;
    vfs.xRandomness = Calls::randomness;
    vfs.xSleep = Calls::sleep;
    vfs.xCurrentTime = Calls::currentTime;
    vfs.xGetLastError = Calls::lastError;
    sqlite3_vfs_register(&vfs, 0);
}

MemoryDisk::~MemoryDisk()
{
    sqlite3_vfs_unregister(&m_registration->vfs);
}

QByteArray MemoryDisk::contents(const QByteArray &path) const
{
    const auto found = m_files.find(path);
    return found == m_files.end() ? QByteArray() : found->second->seen;
}

void MemoryDisk::put(const QByteArray &path, const QByteArray &bytes)
{
    auto node = std::make_shared<Node>();
    node->seen = bytes;
    node->safe = bytes;
    m_files[path] = std::move(node);
}

void MemoryDisk::remove(const QByteArray &path)
{
    m_files.erase(path);
}

void MemoryDisk::dieAfter(int steps, quint64 seed)
{
    m_stepsLeft = steps;
    m_cuts = Dice(seed);
}

bool MemoryDisk::step(int *cut, int size)
{
    if (m_stepsLeft < 0 || m_stepsLeft-- > 0)
        return true;
    if (cut)
        *cut = m_cuts.below(size + 1);
    m_dead = true;
    return false;
}

int MemoryDisk::restart(bool powerFailed, Dice &dice)
{
    int hurt = 0;
    for (auto &[path, node] : m_files) {
        if (powerFailed) {
            for (const Node::Change &change : node->waiting) {
                const int fate = dice.below(3);
                if (fate == 0) {
                    node->apply(change, change.bytes.size());
                    continue;
                }
                ++hurt;
                if (fate == 1 && !change.bytes.isEmpty())
                    node->apply(change, dice.below(static_cast<int>(change.bytes.size())));
            }
            node->waiting.clear();
            node->seen = node->safe;
        } else {
            node->settle();
        }
        node->shared.clear();
        node->readers = {};
        node->writers = {};
    }
    m_dead = false;
    m_stepsLeft = -1;
    return hurt;
}

} // namespace leeward::simulation
