#pragma once

#include "models/store/tables.h"

#include <QJsonObject>

#include <span>

namespace leeward::server {

// What of a realm is open, and how it is described to programs.

struct OpenField
{
    QString name;
    FieldType type = FieldType::Text;
    bool isInstant = false;  // milliseconds here, ISO 8601 there
    bool isPersonal = false; // names somebody, or says how to reach them
    QString title;           // in English, then Chinese
};

struct OpenCollection
{
    QString id; // "landing-points"
    QString table;
    QString title;
    QString description;
    bool hasTime = false;
    std::vector<OpenField> fields;
};

[[nodiscard]] std::span<const OpenCollection> openCollections();
[[nodiscard]] const OpenCollection *findOpenCollection(QStringView id);

inline constexpr int usualFeatures = 100; // of one page
inline constexpr int mostFeatures = 10'000;

// The OpenAPI 3.0 definition. `title` as the landing page has it.
[[nodiscard]] QJsonObject openDataDefinition(const QString &base, const QString &title);

} // namespace leeward::server
