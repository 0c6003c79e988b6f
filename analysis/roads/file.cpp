// The road file, version 1. Little endian, no gaps:
//   magic "LWROADS\n" | u32 version | u32 CRC-32 (zlib) of all that follows | u64 bytes that follow
//   i64 data date, ms UTC | u32 length + speed table hash
//   then the stored arrays of GraphData in their order there, each as u64 count + elements; a
//   string list as u64 count and for each string u32 length + UTF-8.
#include "analysis/roads/graph.h"
#include "analysis/roads/graphdata.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <zlib.h>

#include <bit>
#include <cerrno>
#include <cstring>

namespace leeward::roads {

using namespace Qt::StringLiterals;

static_assert(std::endian::native == std::endian::little,
              "the road file is written as it lies in memory");

namespace {

constexpr char magic[] = "LWROADS\n";
constexpr qsizetype magicSize = 8;
constexpr quint32 formatVersion = 1;
constexpr qsizetype headSize = magicSize + 4 + 4 + 8;

quint32 checksum(const char *bytes, quint64 size)
{
    uLong crc = crc32(0, nullptr, 0);
    while (size > 0) {
        const auto step = static_cast<uInt>(std::min<quint64>(size, 1U << 30U));
        crc = crc32(crc, reinterpret_cast<const Bytef *>(bytes), step);
        bytes += step;
        size -= step;
    }
    return static_cast<quint32>(crc);
}

class Writer
{
public:
    template <class T>
    void value(T v)
    {
        m_bytes.append(reinterpret_cast<const char *>(&v), sizeof v);
    }
    template <class T>
    void operator()(const std::vector<T> &array)
    {
        value<quint64>(array.size());
        m_bytes.append(reinterpret_cast<const char *>(array.data()),
                       static_cast<qsizetype>(array.size() * sizeof(T)));
    }
    void operator()(const QByteArray &bytes)
    {
        value<quint32>(static_cast<quint32>(bytes.size()));
        m_bytes.append(bytes);
    }
    void operator()(const QByteArrayList &list)
    {
        value<quint64>(static_cast<quint64>(list.size()));
        for (const QByteArray &bytes : list)
            (*this)(bytes);
    }
    void operator()(qint64 number) { value(number); }
    [[nodiscard]] const QByteArray &bytes() const { return m_bytes; }

private:
    QByteArray m_bytes;
};

// Reads what Writer wrote; once it runs past the end all else stays empty and ok() is false.
class Reader
{
public:
    Reader(const char *begin, const char *end)
        : m_at(begin)
        , m_end(end)
    {
    }

    template <class T>
    T value()
    {
        T v{};
        if (const char *from = take(sizeof v))
            std::memcpy(&v, from, sizeof v);
        return v;
    }
    template <class T>
    void operator()(std::vector<T> &array)
    {
        const auto count = value<quint64>();
        if (count > left() / sizeof(T)) {
            m_ok = false;
            return;
        }
        if (const char *from = take(count * sizeof(T)); from && count > 0) {
            array.resize(count);
            std::memcpy(array.data(), from, count * sizeof(T));
        }
    }
    void operator()(QByteArray &bytes)
    {
        const auto size = value<quint32>();
        if (const char *from = take(size))
            bytes = QByteArray(from, size);
    }
    void operator()(QByteArrayList &list)
    {
        const auto count = value<quint64>();
        if (count > left() / sizeof(quint32)) {
            m_ok = false;
            return;
        }
        list.reserve(static_cast<qsizetype>(count));
        for (quint64 i = 0; i < count && m_ok; ++i) {
            QByteArray bytes;
            (*this)(bytes);
            list.append(bytes);
        }
    }
    void operator()(qint64 &number) { number = value<qint64>(); }
    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] bool atEnd() const { return m_at == m_end; }

private:
    [[nodiscard]] quint64 left() const { return static_cast<quint64>(m_end - m_at); }
    const char *take(quint64 size)
    {
        if (!m_ok || size > left()) {
            m_ok = false;
            return nullptr;
        }
        return std::exchange(m_at, m_at + size);
    }
    const char *m_at;
    const char *m_end;
    bool m_ok = true;
};

// All stored members in the order of the file.
template <class Data, class Visitor>
void visit(Data &data, Visitor &visitor)
{
    visitor(data.dateMs);
    visitor(data.tableHash);
    visitor(data.points);
    visitor(data.shapeStart);
    visitor(data.metres);
    visitor(data.way);
    visitor(data.kind);
    visitor(data.name);
    visitor(data.flags);
    visitor(data.component);
    visitor(data.arcMs);
    visitor(data.arcHead);
    visitor(data.outStart);
    visitor(data.outArc);
    visitor(data.kinds);
    visitor(data.names);
}

Result<std::shared_ptr<GraphData>> parse(const QByteArray &file, const QString &path)
{
    const auto malformed = [&](const QString &why) {
        return fail(Errc::FileMalformed, u"%1: %2"_s.arg(path, why));
    };
    if (file.isEmpty())
        return malformed(u"the file is empty"_s);
    if (file.size() < headSize || std::memcmp(file.constData(), magic, magicSize) != 0)
        return malformed(u"not a Leeward road file"_s);
    Reader head(file.constData() + magicSize, file.constData() + headSize);
    const auto version = head.value<quint32>();
    const auto crc = head.value<quint32>();
    const auto size = head.value<quint64>();
    if (version > formatVersion)
        return fail(
            Errc::SchemaTooNew,
            u"%1: road file of format %2, this program reads up to %3"_s.arg(path).arg(version).arg(
                formatVersion));
    if (version != formatVersion)
        return malformed(u"road file of an unknown format"_s);
    const auto rest = static_cast<quint64>(file.size() - headSize);
    if (size != rest)
        return malformed(u"%1 bytes of %2 are there"_s.arg(rest).arg(size));
    if (checksum(file.constData() + headSize, rest) != crc)
        return malformed(u"the checksum does not fit: the file is damaged"_s);
    auto data = std::make_shared<GraphData>();
    Reader reader(file.constData() + headSize, file.constData() + file.size());
    visit(*data, reader);
    if (!reader.ok() || !reader.atEnd())
        return malformed(u"the arrays do not fit the file"_s);
    if (const QString fault = data->findFault(); !fault.isEmpty())
        return malformed(fault);
    return data;
}

} // namespace

Result<RoadGraph> RoadGraph::load(const QString &path)
{
    QFile file(path);
    const QFileInfo info(path);
    if (!info.exists())
        return fail(Errc::FileMissing, u"%1: no such file"_s.arg(path));
    if (!info.isFile() || !file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable,
                    u"%1: %2"_s.arg(path, info.isFile() ? file.errorString() : u"not a file"_s));
    // A foreign file of any size is turned away by its first bytes.
    if (info.size() > 0 && file.peek(magicSize) != QByteArrayView(magic, magicSize))
        return fail(Errc::FileMalformed, u"%1: not a Leeward road file"_s.arg(path));
    const QByteArray bytes = file.readAll();
    if (file.error() != QFileDevice::NoError)
        return fail(Errc::FileUnreadable, u"%1: %2"_s.arg(path, file.errorString()));
    TRY_ASSIGN(std::shared_ptr<GraphData> data, parse(bytes, path));
    data->finish();
    return RoadGraph(std::move(data));
}

Result<> RoadGraph::save(const QString &path) const
{
    Writer body;
    visit(*m_data, body);
    Writer head;
    head.value(formatVersion);
    head.value(checksum(body.bytes().constData(), static_cast<quint64>(body.bytes().size())));
    head.value(static_cast<quint64>(body.bytes().size()));

    // Renaming over a device or pipe would replace it; QSaveFile does not stop at that.
    if (const QFileInfo there(path); there.exists() && !there.isFile())
        return fail(Errc::FileUnwritable, u"%1: there, and not a file"_s.arg(path));
    QSaveFile file(path);
    const auto failed = [&] {
        const bool full =
            file.error() == QFileDevice::ResourceError || errno == ENOSPC || errno == EFBIG;
        return fail(full ? Errc::DiskFull : Errc::FileUnwritable,
                    u"%1: %2"_s.arg(path, file.errorString()));
    };
    errno = 0;
    if (!file.open(QIODevice::WriteOnly))
        return failed();
    for (const QByteArray &part : {QByteArray(magic, magicSize), head.bytes(), body.bytes()}) {
        if (file.write(part) != part.size())
            return failed();
    }
    if (!file.commit())
        return failed();
    return {};
}

} // namespace leeward::roads
