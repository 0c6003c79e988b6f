#include "server/backup/manifest.h"

#include <QCryptographicHash>
#include <QJsonArray>
#include <QJsonDocument>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

QString hex(const QByteArray &bytes)
{
    return QString::fromLatin1(bytes.toHex());
}

QByteArray hashOf(QJsonObject object)
{
    object.remove("sha256"_L1);
    return QCryptographicHash::hash(QJsonDocument(object).toJson(QJsonDocument::Compact),
                                    QCryptographicHash::Sha256);
}

QJsonObject toJson(const BackedUpFile &file)
{
    return {{u"file"_s, file.file},
            {u"size"_s, file.facts.size},
            {u"packed"_s, file.facts.packed},
            {u"sha256"_s, hex(file.facts.sha256)}};
}

// Reads members; whatever is missing or of a wrong type makes the whole no manifest.
class Reader
{
public:
    [[nodiscard]] QString text(const QJsonObject &object, QLatin1StringView key)
    {
        const QJsonValue value = object.value(key);
        m_good = m_good && value.isString();
        return value.toString();
    }
    [[nodiscard]] qint64 number(const QJsonObject &object, QLatin1StringView key)
    {
        const qint64 value = object.value(key).toInteger(-1);
        m_good = m_good && value >= 0;
        return value;
    }
    [[nodiscard]] QByteArray hash(const QJsonObject &object, QLatin1StringView key)
    {
        const QByteArray bytes = QByteArray::fromHex(text(object, key).toLatin1());
        m_good = m_good && bytes.size() == store::hashSize;
        return bytes;
    }
    [[nodiscard]] BackedUpFile file(const QJsonValue &value)
    {
        const QJsonObject object = value.toObject();
        BackedUpFile file{.file = text(object, "file"_L1),
                          .facts = {.size = number(object, "size"_L1),
                                    .packed = number(object, "packed"_L1),
                                    .sha256 = hash(object, "sha256"_L1)}};
        m_good = m_good && isInside(file.file);
        return file;
    }
    [[nodiscard]] QString realmName(const QJsonObject &object)
    {
        QString name = text(object, "name"_L1);
        m_good = m_good && isInside(name) && !name.contains(u'/');
        return name;
    }
    [[nodiscard]] bool good() const { return m_good; }

private:
    static bool isInside(const QString &path)
    {
        const QStringList parts = path.split(u'/');
        return std::ranges::none_of(parts, [](const QString &part) {
            return part.isEmpty() || part.startsWith(u'.') || part.contains(QChar(u'\0'));
        });
    }
    bool m_good = true;
};

} // namespace

QJsonObject toJson(const BackupManifest &manifest)
{
    QJsonArray realms;
    for (const BackedUpRealm &realm : manifest.realms) {
        QJsonArray archives;
        for (const BackedUpFile &file : realm.archives)
            archives.append(toJson(file));
        realms.append(QJsonObject{{u"name"_s, realm.name},
                                  {u"mark"_s, realm.mark},
                                  {u"epoch"_s, realm.epoch},
                                  {u"seq"_s, realm.head.seq},
                                  {u"hash"_s, hex(realm.head.hash)},
                                  {u"first"_s, realm.first},
                                  {u"schema"_s, realm.schema},
                                  {u"journal"_s, toJson(realm.journal)},
                                  {u"archives"_s, archives}});
    }
    QJsonObject object = {{u"format"_s, BackupManifest::format},
                          {u"made_at"_s, toIso(manifest.madeAt)},
                          {u"made_at_ms"_s, toMs(manifest.madeAt)},
                          {u"made_by"_s, manifest.madeBy},
                          {u"kind"_s, manifest.kind},
                          {u"realms"_s, realms}};
    if (manifest.accounts)
        object.insert(u"accounts"_s, toJson(*manifest.accounts));
    return object;
}

QByteArray toBytes(const BackupManifest &manifest)
{
    QJsonObject object = toJson(manifest);
    object.insert(u"sha256"_s, hex(hashOf(object)));
    return QJsonDocument(object).toJson(QJsonDocument::Indented);
}

Result<BackupManifest> manifestFrom(const QByteArray &bytes)
{
    const QJsonDocument document = QJsonDocument::fromJson(bytes);
    const QJsonObject object = document.object();
    if (!document.isObject() || !object.contains("format"_L1))
        return fail(Errc::FileMalformed, u"no manifest of a backup"_s);
    if (object.value("format"_L1).toInteger() > BackupManifest::format)
        return fail(Errc::Unsupported, u"a backup of a newer Leeward (format %1)"_s.arg(
                                           object.value("format"_L1).toInteger()));
    if (object.value("sha256"_L1).toString() != hex(hashOf(object)))
        return fail(Errc::Corrupt, u"the manifest is not what was written (SHA-256)"_s);
    Reader reader;
    BackupManifest manifest{.madeAt = instantFromMs(reader.number(object, "made_at_ms"_L1)),
                            .madeBy = reader.text(object, "made_by"_L1),
                            .kind = reader.text(object, "kind"_L1)};
    for (const auto &value : object.value("realms"_L1).toArray()) {
        const QJsonObject item = value.toObject();
        BackedUpRealm realm{.name = reader.realmName(item),
                            .mark = reader.text(item, "mark"_L1),
                            .epoch = reader.text(item, "epoch"_L1),
                            .head = {reader.number(item, "seq"_L1), reader.hash(item, "hash"_L1)},
                            .first = reader.number(item, "first"_L1),
                            .schema = static_cast<int>(reader.number(item, "schema"_L1)),
                            .journal = reader.file(item.value("journal"_L1))};
        for (const auto &archive : item.value("archives"_L1).toArray())
            realm.archives.push_back(reader.file(archive));
        manifest.realms.push_back(std::move(realm));
    }
    if (object.contains("accounts"_L1))
        manifest.accounts = reader.file(object.value("accounts"_L1));
    if (!reader.good())
        return fail(Errc::FileMalformed, u"the manifest lacks something"_s);
    return manifest;
}

Result<BackupManifest> readManifest(const QString &backup)
{
    QFile file(backup + u'/' + QLatin1StringView(manifestName));
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileMissing,
                    u"%1: no finished backup (it has no manifest.json)"_s.arg(backup));
    auto manifest = manifestFrom(file.readAll());
    if (!manifest)
        return fail(manifest.error().code, file.fileName() + u": "_s + manifest.error().detail);
    return manifest;
}

} // namespace leeward::server
