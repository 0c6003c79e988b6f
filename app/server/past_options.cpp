#include "app/server/past_options.h"

#include <QCommandLineParser>
#include <QDate>
#include <QDateTime>
#include <QDir>
#include <QTimeZone>

#include <cstdio>

namespace leeward::app {

using namespace Qt::StringLiterals;

namespace {

using What = PastCall::What;

std::optional<What> whatOf(const QString &word)
{
    if (word == "backup"_L1)
        return What::Backup;
    if (word == "restore"_L1)
        return What::Restore;
    if (word == "verify"_L1)
        return What::Verify;
    if (word == "archive"_L1)
        return What::Archive;
    return std::nullopt;
}

std::nullopt_t complain(const QString &words, int &exitCode)
{
    std::fprintf(stderr, "leeward-server: %s\n", qPrintable(words));
    exitCode = 2;
    return std::nullopt;
}

const char *descriptionOf(What what)
{
    switch (what) {
    case What::Backup:
        return "Copies realms, archives and accounts of a server, which may run, into a new "
               "folder. "
               "Keep it where only you can read it: it holds the accounts' secrets.";
    case What::Restore:
        return "Puts a backup where a server can start on it. The server must be stopped. What was "
               "there is moved aside, not deleted. Desks hand in again what the backup lacks.";
    case What::Verify:
        return "Checks a backup (--from) or a server's folder: hashes, chain, journal against "
               "tables, invariants. 0: all holds, 1: something is wrong.";
    case What::Archive:
        return "Moves old entries of the journal into an archive file in FOLDER/archive. The "
               "server "
               "may run.";
    }
    return "";
}

// 2026-08-12 is the day's beginning here; else ISO with a time.
std::optional<Instant> instantOf(const QString &text)
{
    const QDate day = QDate::fromString(text, Qt::ISODate);
    const QDateTime at = day.isValid() && text.size() == 10
                             ? day.startOfDay()
                             : QDateTime::fromString(text, Qt::ISODate);
    return at.isValid() ? std::optional(instantFromMs(at.toMSecsSinceEpoch())) : std::nullopt;
}

} // namespace

bool isPastCall(const QStringList &words)
{
    return whatOf(words.value(1)).has_value();
}

std::optional<PastCall> readPastCall(const QStringList &words, int &exitCode)
{
    PastCall call{.what = *whatOf(words.value(1))};
    QCommandLineParser parser;
    parser.setApplicationDescription(QString::fromLatin1(descriptionOf(call.what)));
    const QCommandLineOption folder(u"folder"_s, u"The server's folder."_s, u"FOLDER"_s);
    const QCommandLineOption to(u"to"_s, u"Folder to make for the backup."_s, u"FOLDER"_s);
    const QCommandLineOption from(u"from"_s, u"The backup."_s, u"FOLDER"_s);
    const QCommandLineOption journal(
        u"journal"_s, u"Shared journal: postgresql://USER@HOST/DATABASE."_s, u"URL"_s);
    const QCommandLineOption replace(u"replace"_s, u"What is there now may be moved aside."_s);
    const QCommandLineOption hours(
        u"recovery-hours"_s,
        u"For so long desks may hand in what others wrote and the backup lacks (default 72)."_s,
        u"HOURS"_s, u"72"_s);
    const QCommandLineOption before(
        u"before"_s, u"Archive what was accepted before this day or moment (ISO)."_s, u"DATE"_s);
    const QCommandLineOption keep(u"keep"_s, u"Archive all but the newest so many entries."_s,
                                  u"N"_s);
    const QCommandLineOption realm(u"realm"_s, u"Only this realm (default: all)."_s, u"NAME"_s);
    const QCommandLineOption scratch(
        u"scratch"_s, u"Where copies are made to be checked (default: the temporary folder)."_s,
        u"FOLDER"_s, QDir::tempPath());
    const QCommandLineOption quiet(u"quiet"_s, u"Do not tell what is going on."_s);
    const QCommandLineOption help = parser.addHelpOption();
    parser.addOption(quiet);
    parser.addOption(journal);
    parser.addOption(folder);
    switch (call.what) {
    case What::Backup: parser.addOption(to); break;
    case What::Restore: parser.addOptions({from, replace, hours}); break;
    case What::Verify: parser.addOptions({from, scratch}); break;
    case What::Archive: parser.addOptions({before, keep, realm}); break;
    }
    QStringList rest = words;
    rest.removeAt(1);
    if (!parser.parse(rest))
        return complain(parser.errorText(), exitCode);
    if (parser.isSet(help)) {
        std::fputs(qPrintable(parser.helpText()), stdout);
        exitCode = 0;
        return std::nullopt;
    }
    if (!parser.positionalArguments().isEmpty())
        return complain(u"unknown word: "_s + parser.positionalArguments().first(), exitCode);
    const auto given = [&](const QCommandLineOption &option) {
        return parser.optionNames().contains(option.names().first()) ? parser.value(option)
                                                                     : QString();
    };
    call.folder = given(folder);
    call.journal = given(journal);
    call.quiet = parser.isSet(quiet);
    if (!call.journal.isEmpty() && !call.journal.startsWith("postgresql://"_L1))
        return complain(u"--journal must be a postgresql:// address"_s, exitCode);
    call.backup = call.what == What::Backup ? given(to) : given(from);
    call.scratch = call.what == What::Verify ? parser.value(scratch) : QString();
    call.replace = call.what == What::Restore && parser.isSet(replace);
    const bool folderNeeded = call.what != What::Verify || call.backup.isEmpty();
    if (folderNeeded && call.folder.isEmpty())
        return complain(u"--folder is missing"_s, exitCode);
    if (call.what == What::Backup && call.backup.isEmpty())
        return complain(u"--to is missing"_s, exitCode);
    if (call.what == What::Restore) {
        if (call.backup.isEmpty())
            return complain(u"--from is missing"_s, exitCode);
        bool good = false;
        const int number = parser.value(hours).toInt(&good);
        if (!good || number < 0 || number > 24 * 366)
            return complain(u"--recovery-hours is a number from 0 to 8784"_s, exitCode);
        call.recovery = std::chrono::hours(number);
    }
    if (call.what == What::Archive) {
        call.realm = given(realm);
        if (parser.isSet(before) == parser.isSet(keep))
            return complain(u"either --before or --keep"_s, exitCode);
        if (parser.isSet(before)) {
            call.before = instantOf(parser.value(before));
            if (!call.before)
                return complain(u"no date: "_s + parser.value(before), exitCode);
        } else {
            bool good = false;
            call.keep = parser.value(keep).toLongLong(&good);
            if (!good || *call.keep < 1)
                return complain(u"--keep is a number from 1"_s, exitCode);
        }
    }
    return call;
}

} // namespace leeward::app
