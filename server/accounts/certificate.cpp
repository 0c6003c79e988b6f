#include "server/accounts/certificate.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QRegularExpression>
#include <QUrl>

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace leeward::server {

using namespace Qt::StringLiterals;

namespace {

template <auto release>
struct Release
{
    void operator()(auto *handle) const { release(handle); }
};
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free>>;
using Name = std::unique_ptr<X509_NAME, Release<X509_NAME_free>>;
using Number = std::unique_ptr<BIGNUM, Release<BN_free>>;
using Time = std::unique_ptr<ASN1_TIME, Release<ASN1_TIME_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;
using Octets = std::unique_ptr<ASN1_OCTET_STRING, Release<ASN1_OCTET_STRING_free>>;

std::unexpected<Error> sslError(const char *doing)
{
    std::array<char, 256> words = {};
    ERR_error_string_n(ERR_get_error(), words.data(), words.size());
    ERR_clear_error();
    return fail(Errc::Internal,
                QLatin1StringView(doing) + u": "_s + QString::fromLatin1(words.data()));
}

// Leaves with OpenSSL's error unless `expr` is true or not null.
#define SSL(expr)                                                                                  \
    do {                                                                                           \
        if (!(expr))                                                                               \
            return sslError(#expr);                                                                \
    } while (false)

struct Paths
{
    explicit Paths(const QString &folder)
        : dir(folder)
    {
    }
    QDir dir;
    QString caKey = dir.filePath(u"ca.key"_s);
    QString caPem = dir.filePath(u"ca.pem"_s);
    QString key = dir.filePath(u"server.key"_s);
    QString pem = dir.filePath(u"server.pem"_s);
};

// --- files
// ----------------------------------------------------------------------------------------------------------

Result<> syncFolder(const QString &folder)
{
    const int handle = ::open(QFile::encodeName(folder).constData(), O_RDONLY | O_DIRECTORY);
    const bool done = handle >= 0 && ::fsync(handle) == 0;
    if (handle >= 0)
        ::close(handle);
    if (!done)
        return fail(Errc::FileUnwritable, folder + u": "_s + qt_error_string());
    return {};
}

// A new file, with its rights from its first moment on; AlreadyExists for one that is there.
Result<> writeNew(const QString &path, const QByteArray &bytes, bool secret)
{
    QFile file(path);
    QFileDevice::Permissions rights = QFileDevice::ReadOwner | QFileDevice::WriteOwner;
    if (!secret)
        rights |= QFileDevice::ReadGroup | QFileDevice::ReadOther;
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly, rights))
        return fail(QFile::exists(path) ? Errc::AlreadyExists : Errc::FileUnwritable,
                    path + u": "_s + file.errorString());
    if (file.write(bytes) != bytes.size() || !file.flush() || ::fsync(file.handle()) != 0) {
        const QString why = file.errorString();
        file.remove(); // made by us a moment ago
        return fail(Errc::DiskFull, path + u": "_s + why);
    }
    return {};
}

Result<QByteArray> readAll(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return fail(Errc::FileMissing, path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Errc::FileUnreadable, path + u": "_s + file.errorString());
    return file.read(1 << 20);
}

// --- OpenSSL's things
// -----------------------------------------------------------------------------------------------

Result<QByteArray> pemOf(EVP_PKEY *key)
{
    // Memory of its own that OpenSSL clears.
    const Bio bio(BIO_new(BIO_s_secmem()));
    SSL(bio &&
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr));
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

Result<QByteArray> pemOf(X509 *certificate)
{
    const Bio bio(BIO_new(BIO_s_mem()));
    SSL(bio && PEM_write_bio_X509(bio.get(), certificate));
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return QByteArray(data, size);
}

Result<Key> readKey(const QString &path)
{
    TRY_ASSIGN(const QByteArray pem, readAll(path));
    const Bio bio(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    // The empty password keeps OpenSSL from asking for one on the terminal.
    char none[] = "";
    Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, none));
    ERR_clear_error();
    if (!key)
        return fail(Errc::FileMalformed, path + u": not a key"_s);
    return key;
}

Result<Certificate> readPem(const QString &path)
{
    TRY_ASSIGN(const QByteArray pem, readAll(path));
    const Bio bio(BIO_new_mem_buf(pem.constData(), static_cast<int>(pem.size())));
    Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    ERR_clear_error();
    if (!certificate)
        return fail(Errc::FileMalformed, path + u": not a certificate"_s);
    return certificate;
}

Result<Key> newKey()
{
    Key key(EVP_EC_gen("P-256"));
    SSL(key);
    return key;
}

Result<> setTime(ASN1_TIME *time, Instant at)
{
    SSL(ASN1_TIME_set(time, static_cast<time_t>(toMs(at) / 1000)));
    return {};
}

Result<> addExtension(X509 *certificate, X509V3_CTX *context, int kind, const char *value)
{
    const Extension extension(X509V3_EXT_conf_nid(nullptr, context, kind, value));
    SSL(extension && X509_add_ext(certificate, extension.get(), -1));
    return {};
}

struct Validity
{
    Instant from;
    Instant until;
};

// What both kinds have: version, serial, subject, key and times.
Result<Certificate> blank(EVP_PKEY *key, const QString &organisation, const QString &commonName,
                          const Validity &validity)
{
    Certificate made(X509_new());
    SSL(made && X509_set_version(made.get(), X509_VERSION_3));
    std::array<unsigned char, 16> serial = {};
    SSL(RAND_bytes(serial.data(), serial.size()) == 1);
    serial[0] = static_cast<unsigned char>((serial[0] & 0x7f) | 0x40); // positive and never short
    const Number number(BN_bin2bn(serial.data(), serial.size(), nullptr));
    SSL(number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(made.get())));
    const Name name(X509_NAME_new());
    const auto add = [&](const char *field, const QString &text) {
        const QByteArray utf8 = text.toUtf8();
        return text.isEmpty() ||
               X509_NAME_add_entry_by_txt(name.get(), field, MBSTRING_UTF8,
                                          reinterpret_cast<const unsigned char *>(utf8.constData()),
                                          static_cast<int>(utf8.size()), -1, 0) == 1;
    };
    SSL(name && add("O", organisation.left(64)) && add("CN", commonName.left(64)));
    SSL(X509_set_subject_name(made.get(), name.get()));
    SSL(X509_set_pubkey(made.get(), key));
    TRY(setTime(X509_getm_notBefore(made.get()), validity.from));
    TRY(setTime(X509_getm_notAfter(made.get()), validity.until));
    return made;
}

Result<Certificate> authorityFor(EVP_PKEY *key, const QString &organisation, Instant now)
{
    // An hour back: a console's clock that is a little slow must not refuse a new certificate.
    const Validity validity{now - std::chrono::hours(1),
                            now + std::chrono::days(365 * authorityYears + 2)};
    TRY_ASSIGN(Certificate made, blank(key, organisation, u"Leeward CA"_s, validity));
    SSL(X509_set_issuer_name(made.get(), X509_get_subject_name(made.get())));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
    TRY(addExtension(made.get(), &context, NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
    TRY(addExtension(made.get(), &context, NID_key_usage, "critical,keyCertSign,cRLSign"));
    TRY(addExtension(made.get(), &context, NID_subject_key_identifier, "hash"));
    SSL(X509_sign(made.get(), key, EVP_sha256()));
    return made;
}

// The names of a server, built as values and not as a text that a name could break out of.
Result<> addNames(X509 *certificate, const CertificateNames &names)
{
    const Names all(GENERAL_NAMES_new());
    SSL(all);
    const auto add = [&](int kind, const QByteArray &bytes) {
        GENERAL_NAME *one = GENERAL_NAME_new();
        ASN1_STRING *value = kind == GEN_DNS ? ASN1_IA5STRING_new()
                                             : static_cast<ASN1_STRING *>(ASN1_OCTET_STRING_new());
        if (!one || !value ||
            ASN1_STRING_set(value, bytes.constData(), static_cast<int>(bytes.size())) != 1)
            return false; // out of memory
        GENERAL_NAME_set0_value(one, kind, value);
        return sk_GENERAL_NAME_push(all.get(), one) > 0;
    };
    for (const QString &host : names.hosts)
        SSL(add(GEN_DNS, QUrl::toAce(host)));
    for (const QString &address : names.addresses) {
        const QHostAddress parsed(address);
        QByteArray bytes;
        if (parsed.protocol() == QHostAddress::IPv4Protocol) {
            const quint32 v4 = parsed.toIPv4Address();
            for (const int shift : {24, 16, 8, 0})
                bytes += static_cast<char>(v4 >> shift);
        } else {
            const Q_IPV6ADDR v6 = parsed.toIPv6Address();
            bytes = QByteArray(reinterpret_cast<const char *>(v6.c), sizeof v6.c);
        }
        SSL(add(GEN_IPADD, bytes));
    }
    SSL(X509_add1_ext_i2d(certificate, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT) ==
        1);
    return {};
}

Result<> checkNames(const CertificateNames &names)
{
    if (names.hosts.isEmpty() && names.addresses.isEmpty())
        return fail(Errc::InvalidArgument, u"a server needs a name or an address"_s);
    static const QRegularExpression label(
        u"^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$"_s);
    for (const QString &host : names.hosts) {
        const QByteArray ace = QUrl::toAce(host);
        const QHostAddress address(host);
        if (ace.isEmpty() || ace.size() > 253 || !address.isNull() ||
            !label.match(QString::fromLatin1(ace)).hasMatch())
            return fail(Errc::InvalidArgument, u"not a host name: "_s + host);
    }
    for (const QString &text : names.addresses) {
        const QHostAddress address(text);
        if (address.isNull() || !address.scopeId().isEmpty())
            return fail(Errc::InvalidArgument, u"not an address: "_s + text);
    }
    return {};
}

Result<Instant> instantOf(const ASN1_TIME *time)
{
    std::tm parts = {};
    SSL(ASN1_TIME_to_tm(time, &parts));
    return instantFromMs(qint64(timegm(&parts)) * 1000);
}

struct Pair
{
    QByteArray key;
    QByteArray certificate;
};

Result<Pair> issue(const Paths &paths, const CertificateNames &names, Instant now)
{
    TRY(checkNames(names));
    TRY_ASSIGN(const Key caKey, readKey(paths.caKey));
    TRY_ASSIGN(const Certificate ca, readPem(paths.caPem));
    if (X509_check_private_key(ca.get(), caKey.get()) != 1) {
        ERR_clear_error();
        return fail(Errc::Corrupt, paths.caKey + u": not the key of ca.pem"_s);
    }
    TRY_ASSIGN(const Instant caUntil, instantOf(X509_get0_notAfter(ca.get())));
    // The hour back counts, and so does the last second: verifiers measure the whole period.
    const Instant from = now - std::chrono::hours(1);
    const Instant longest = from + std::chrono::days(serverDays) - std::chrono::seconds(1);
    const Validity validity{from, std::min<Instant>(longest, caUntil)};
    if (validity.until <= now)
        return fail(Errc::Refused, paths.caPem + u": the authority has ended"_s);
    TRY_ASSIGN(const Key key, newKey());
    const QString commonName =
        names.hosts.isEmpty() ? names.addresses.first() : names.hosts.first();
    TRY_ASSIGN(const Certificate made, blank(key.get(), names.organisation, commonName, validity));
    SSL(X509_set_issuer_name(made.get(), X509_get_subject_name(ca.get())));
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, ca.get(), made.get(), nullptr, nullptr, 0);
    TRY(addExtension(made.get(), &context, NID_basic_constraints, "critical,CA:FALSE"));
    TRY(addExtension(made.get(), &context, NID_key_usage, "critical,digitalSignature"));
    TRY(addExtension(made.get(), &context, NID_ext_key_usage, "serverAuth"));
    TRY(addExtension(made.get(), &context, NID_subject_key_identifier, "hash"));
    TRY(addExtension(made.get(), &context, NID_authority_key_identifier, "keyid:always"));
    TRY(addNames(made.get(), names));
    SSL(X509_sign(made.get(), caKey.get(), EVP_sha256()));
    Pair pair;
    TRY_ASSIGN(pair.key, pemOf(key.get()));
    TRY_ASSIGN(pair.certificate, pemOf(made.get()));
    return pair;
}

Result<> mustBeNew(const QStringList &paths)
{
    for (const QString &path : paths) {
        // Also a link that leads nowhere is something that is there.
        if (QFile::exists(path) || QFileInfo(path).isSymLink())
            return fail(Errc::AlreadyExists, path);
    }
    return {};
}

CertificateNames namesOf(X509 *certificate)
{
    CertificateNames names;
    const X509_NAME *subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_organizationName, -1);
    if (at >= 0) {
        unsigned char *utf8 = nullptr;
        const int size =
            ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
        if (size >= 0)
            names.organisation = QString::fromUtf8(reinterpret_cast<const char *>(utf8), size);
        OPENSSL_free(utf8);
    }
    const Names all(static_cast<GENERAL_NAMES *>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
        int kind = 0;
        const auto *value = static_cast<const ASN1_STRING *>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &kind));
        const unsigned char *data = ASN1_STRING_get0_data(value);
        const int size = ASN1_STRING_length(value);
        if (kind == GEN_DNS) {
            names.hosts += QString::fromLatin1(reinterpret_cast<const char *>(data), size);
        } else if (kind == GEN_IPADD && size == 4) {
            names.addresses += QHostAddress(quint32(data[0]) << 24 | quint32(data[1]) << 16 |
                                            quint32(data[2]) << 8 | quint32(data[3]))
                                   .toString();
        } else if (kind == GEN_IPADD && size == 16) {
            names.addresses += QHostAddress(data).toString();
        }
    }
    return names;
}

} // namespace

Result<> makeCertificates(const QString &folder, const CertificateNames &names, Instant now)
{
    TRY(checkNames(names));
    const Paths paths(folder);
    TRY(mustBeNew({paths.caKey, paths.caPem, paths.key, paths.pem}));
    if (!QFileInfo::exists(folder) &&
        !QDir().mkdir(folder,
                      QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner))
        return fail(Errc::FileUnwritable, folder + u": can not be made"_s);
    TRY_ASSIGN(const Key key, newKey());
    TRY_ASSIGN(const Certificate authority, authorityFor(key.get(), names.organisation, now));
    TRY_ASSIGN(const QByteArray keyPem, pemOf(key.get()));
    TRY_ASSIGN(const QByteArray certificatePem, pemOf(authority.get()));
    TRY(writeNew(paths.caKey, keyPem, true));
    TRY(writeNew(paths.caPem, certificatePem, false));
    return makeServerCertificate(folder, names, now);
}

Result<> makeServerCertificate(const QString &folder, const CertificateNames &names, Instant now)
{
    const Paths paths(folder);
    TRY(mustBeNew({paths.key, paths.pem}));
    TRY_ASSIGN(const Pair pair, issue(paths, names, now));
    TRY(writeNew(paths.key, pair.key, true));
    TRY(writeNew(paths.pem, pair.certificate, false));
    return syncFolder(folder);
}

Result<> renewServerCertificate(const QString &folder, Instant now)
{
    const Paths paths(folder);
    TRY_ASSIGN(const CertificateFacts old, readCertificate(paths.pem));
    TRY_ASSIGN(const Pair pair, issue(paths, old.names, now));
    const QString newKeyPath = paths.key + u".new"_s;
    const QString newPemPath = paths.pem + u".new"_s;
    // Left by a renewal that stopped before it changed anything.
    QFile::remove(newKeyPath);
    QFile::remove(newPemPath);
    TRY(writeNew(newKeyPath, pair.key, true));
    TRY(writeNew(newPemPath, pair.certificate, false));
    const auto name = [](const QString &path) { return QFile::encodeName(path); };
    for (const QString &path : {paths.key, paths.pem}) {
        const QString kept = path + u".before-"_s + old.serial;
        // A second name for the old file, so that at no time there is none; one from a renewal that
        // stopped here is this file already.
        if (::link(name(path).constData(), name(kept).constData()) != 0 && errno != EEXIST)
            return fail(Errc::FileUnwritable, kept + u": "_s + qt_error_string());
    }
    TRY(syncFolder(folder));
    if (::rename(name(newKeyPath).constData(), name(paths.key).constData()) != 0 ||
        ::rename(name(newPemPath).constData(), name(paths.pem).constData()) != 0)
        return fail(Errc::FileUnwritable, paths.pem + u": "_s + qt_error_string());
    return syncFolder(folder);
}

Result<CertificateFacts> readCertificate(const QString &pemPath)
{
    TRY_ASSIGN(const Certificate certificate, readPem(pemPath));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
    unsigned int size = 0;
    SSL(X509_digest(certificate.get(), EVP_sha256(), digest.data(), &size) == 1);
    CertificateFacts facts;
    facts.fingerprint = QString::fromLatin1(
        QByteArray(reinterpret_cast<const char *>(digest.data()), size).toHex(':').toUpper());
    TRY_ASSIGN(facts.validFrom, instantOf(X509_get0_notBefore(certificate.get())));
    TRY_ASSIGN(facts.validUntil, instantOf(X509_get0_notAfter(certificate.get())));
    const Number serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
    SSL(serial);
    const std::unique_ptr<char, decltype([](char *text) { OPENSSL_free(text); })> hex(
        BN_bn2hex(serial.get()));
    SSL(hex);
    facts.serial = QString::fromLatin1(hex.get()).toLower();
    facts.names = namesOf(certificate.get());
    return facts;
}

Result<QString> fingerprint(const QString &pemPath)
{
    TRY_ASSIGN(const CertificateFacts facts, readCertificate(pemPath));
    return facts.fingerprint;
}

} // namespace leeward::server
