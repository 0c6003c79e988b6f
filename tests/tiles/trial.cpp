#include "app/ctl/basemap.h"
#include "maps/tiles/tilesource.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTextStream>

using namespace Qt::StringLiterals;

namespace {

// tiles_trial time MAP LON LAT ZOOM…: how long a block of tiles takes, first and again.
int timeBlocks(const QStringList &words)
{
    using namespace leeward::tiles;
    QTextStream out(stdout);
    QElapsedTimer clock;
    clock.start();
    const auto source = openTileSource(words.value(1));
    if (!source) {
        out << source.error().detail << '\n';
        return 1;
    }
    out << "open " << clock.elapsed() << " ms\n";
    for (const QString &zoom : words.sliced(4)) {
        for (int scale = 1; scale <= 2; ++scale) {
            TileAddress address = tileAt({words[2].toDouble(), words[3].toDouble()}, zoom.toInt());
            address.scale = scale;
            address = address.blockStart((*source)->blockSide());
            for (const QString &turn : {u"first"_s, u"again"_s}) {
                clock.restart();
                const auto tiles = (*source)->block((*source)->styles().first(), address);
                qsizetype bytes = 0;
                for (const Tile &tile : tiles ? *tiles : std::vector<Tile>())
                    bytes += tile.bytes.size();
                out << "zoom " << zoom << " scale " << scale << ' ' << turn << ": "
                    << clock.elapsed() << " ms, " << (tiles ? tiles->size() : 0) << " tiles, "
                    << bytes / 1024 << " KiB\n";
            }
        }
    }
    return 0;
}

} // namespace

// tiles_trial basemap …: the sub-command without the rest of leewardctl.
int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const QStringList words = app.arguments().sliced(1);
    if (words.value(0) == "time"_L1 && words.size() > 4)
        return timeBlocks(words);
    return leeward::ctl::basemapCommand(words);
}
