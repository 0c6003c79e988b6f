#pragma once

#include "models/domain/clock.h"
#include "models/domain/result.h"

#include <QStringList>

// Certificates of a server for a hall without a certificate authority of its own: a small authority
// that is made once, and by it the server's certificate. In one folder:
//
//    ca.key          the authority's key: 0600; best kept elsewhere than on the server
//    ca.pem          its certificate, ten years: what consoles are given
//    server.key      the server's key: 0600
//    server.pem      its certificate, 825 days
//    *.before-SERIAL what a renewal has replaced, by the serial number of the old certificate
//
// Keys are ECDSA on P-256. Nothing is ever overwritten: what is there and must not be is
// AlreadyExists, and nothing is made. Any thread; the file system and a key take some milliseconds.
namespace leeward::server {

struct CertificateNames
{
    QString organisation;  // shown to people: "应急指挥中心"
    QStringList hosts;     // DNS names; as read from a certificate in their ASCII form
    QStringList addresses; // IPv4 or IPv6
};

inline constexpr int authorityYears = 10;
inline constexpr int serverDays = 825; // the longest that verifiers take, both ends counted

// Both, in a folder that has neither; the folder is made (0700) when it is missing.
[[nodiscard]] Result<> makeCertificates(const QString &folder, const CertificateNames &names,
                                        Instant now);
// The server's alone, by the authority that is there: InvalidArgument for names that are none or
// not there, AlreadyExists for a server.key or server.pem.
[[nodiscard]] Result<> makeServerCertificate(const QString &folder, const CertificateNames &names,
                                             Instant now);
// A new key and certificate for the names of the old one, by the same authority; the old ones are
// kept. Never valid for longer than the authority; Refused when that has ended. One that was
// stopped half way is run again: the key may be new and the certificate old until then.
[[nodiscard]] Result<> renewServerCertificate(const QString &folder, Instant now);

struct CertificateFacts
{
    QString fingerprint; // SHA-256 of the certificate, "AB:CD:…": what is compared by telephone
    Instant validFrom;
    Instant validUntil;
    QString serial; // hexadecimal
    CertificateNames names;
};
[[nodiscard]] Result<CertificateFacts> readCertificate(const QString &pemPath);
[[nodiscard]] Result<QString> fingerprint(const QString &pemPath);

} // namespace leeward::server
