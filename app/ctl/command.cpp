#include "app/ctl/command.h"

#include <QCommandLineParser>
#include <QJsonDocument>

#include <cstdio>

namespace leeward::ctl {

using namespace Qt::StringLiterals;

std::optional<int> parseWords(QCommandLineParser &parser, const QStringList &words,
                              const QString &name)
{
    const QCommandLineOption help({u"h"_s, u"help"_s}, u"Prints this."_s);
    parser.addOption(help);
    const bool fine = parser.parse(words);
    if (parser.isSet(help)) {
        // Qt knows one program and no sub-commands.
        QString text = parser.helpText();
        const qsizetype options = text.indexOf(u" [options]"_s);
        if (options >= 0)
            text.insert(options, u' ' + name);
        std::fputs(qPrintable(text), stdout);
        return Ok;
    }
    if (!fine)
        return complainUsage(parser.errorText());
    return std::nullopt;
}

void printJson(const QJsonObject &object)
{
    const QByteArray text = QJsonDocument(object).toJson(QJsonDocument::Indented);
    std::fwrite(text.constData(), 1, static_cast<size_t>(text.size()), stdout);
    std::fflush(stdout);
}

int complain(const Error &error)
{
    std::fprintf(stderr, "leewardctl: %s (%s)\n", qPrintable(error.detail),
                 qPrintable(errcName(error.code)));
    switch (error.code) {
    case Errc::InvalidArgument: return Usage;
    case Errc::FileUnwritable:
    case Errc::DiskFull: return BadOutput;
    case Errc::Cancelled: return Stopped;
    case Errc::Internal: return Bug;
    case Errc::NotFound:
    case Errc::AlreadyExists:
    case Errc::Refused:
    case Errc::FileMissing:
    case Errc::FileUnreadable:
    case Errc::FileMalformed:
    case Errc::SchemaTooNew:
    case Errc::CacheInUse:
    case Errc::Corrupt:
    case Errc::Unsupported:
    case Errc::Network: return BadInput;
    }
    return Bug;
}

int complainUsage(const QString &what)
{
    std::fprintf(stderr, "leewardctl: %s\n", qPrintable(what));
    return Usage;
}

} // namespace leeward::ctl
