#pragma once

#include "models/domain/result.h"

#include <QByteArray>
#include <QString>

#include <map>
#include <string>

namespace leeward::tiles {

// The looks of the vector base map.
enum class Theme
{
    Street,  // light: day and print
    Night,   // dark: the hall at night
    Terrain, // light with strong relief and contours
};

// The name a theme has in tile addresses: street, night, terrain.
[[nodiscard]] QString themeName(Theme theme);

// The drawing rules of one theme, from the style that is built into the program. Immutable; any
// thread.
class MapStyle
{
public:
    // Errors: Internal with the place, when the built-in style is damaged.
    [[nodiscard]] static Result<MapStyle> load(Theme theme);

    // The style as Mapnik XML over the prepared layers in `folder`.
    [[nodiscard]] Result<QByteArray> xml(const QString &folder, bool hasRelief) const;
    // Widths and letter sizes at a zoom, by the names the XML uses, and "zoom" itself.
    [[nodiscard]] std::map<std::string, double> sizesAt(int zoom) const;
    // Changes with any change of the style; part of cache names.
    [[nodiscard]] const QString &version() const { return m_version; }

private:
    using Curve = std::map<int, double>;
    std::map<QString, QString> m_words;     // colours and switches of the theme
    std::map<QString, QStringList> m_lists; // what "each" repeats over
    std::map<std::string, Curve> m_curves;
    QString m_template;
    QString m_version;
};

} // namespace leeward::tiles
