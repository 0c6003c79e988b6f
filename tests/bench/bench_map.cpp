// Frame time of the map while it is panned, empty and with the demo's layers: the two take turns,
// so that whatever else the machine does falls on both. Prints one line of JSON.
// QSG_RHI_BACKEND=null leaves out all rasterising, which stands in for a machine with a GPU.

#include "maps/view/featurelayer.h"
#include "maps/view/mapview.h"
#include "tests/view/demofeatures.h"
#include "tests/view/tileserver.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QQuickItem>
#include <QQuickView>
#include <QSurfaceFormat>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

using namespace Qt::StringLiterals;
using namespace leeward;
using namespace leeward::view;

namespace {

constexpr LonLat middle{121.5, 28.6};
constexpr double zoom = 11;
constexpr int framesPerTurn = 90;
constexpr int turns = 8;
constexpr double required = 1.25;

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + qsizetype(values.size() / 2));
    return values[values.size() / 2];
}

// Runs the event loop until the condition holds or five seconds are over.
template <typename Condition>
void waitFor(Condition condition)
{
    QEventLoop loop;
    QElapsedTimer clock;
    clock.start();
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (condition() || clock.hasExpired(5000))
            loop.quit();
    });
    poll.start(20);
    loop.exec();
}

// Pans along a circle that comes back to its start, one step a frame.
struct Turn
{
    double wall = 0; // median of the frames, ms
    double cpu = 0;  // of all threads, ms a frame: what a frame costs whoever else uses the machine
};

Turn pan(MapView &map)
{
    const std::clock_t before = std::clock();
    std::vector<double> times;
    QEventLoop loop;
    QElapsedTimer clock;
    int frame = 0;
    const auto step = [&] {
        const double angle = 2 * M_PI * frame / framesPerTurn;
        clock.start();
        QMetaObject::invokeMethod(map.mapItem(), "pan", int(std::lround(12 * std::cos(angle))),
                                  int(std::lround(12 * std::sin(angle))));
        map.quickView()->update();
    };
    const auto swapped = QObject::connect(
        map.quickView(), &QQuickWindow::frameSwapped, &loop,
        [&] {
            times.push_back(double(clock.nsecsElapsed()) / 1e6);
            if (++frame == framesPerTurn)
                loop.quit();
            else
                step();
        },
        Qt::QueuedConnection);
    QTimer::singleShot(0, &loop, step);
    QTimer::singleShot(60000, &loop, &QEventLoop::quit);
    loop.exec();
    QObject::disconnect(swapped);
    const double cpu = 1e3 * double(std::clock() - before) / CLOCKS_PER_SEC / framesPerTurn;
    return times.empty() ? Turn() : Turn{median(times), cpu};
}

double coverage(const MapView &map)
{
    FeaturePicture &picture = map.layer()->picture();
    const QRectF view(QPointF(), QSizeF(map.size()));
    double area = 0;
    for (const Batch &batch : picture.batches()) {
        for (const Quad &quad : batch.quads) {
            const QRectF seen = quad.at.translated(picture.origin()) & view;
            area += seen.width() * seen.height();
        }
    }
    return area / (view.width() * view.height());
}

} // namespace

int main(int argc, char **argv)
{
    QSurfaceFormat format = QSurfaceFormat::defaultFormat();
    format.setSwapInterval(0);
    QSurfaceFormat::setDefaultFormat(format);
    QApplication app(argc, argv);
    MapView::chooseGraphics();

    QThread serving;
    serving.start();
    TileServer *server = nullptr;
    QObject context;
    context.moveToThread(&serving);
    QMetaObject::invokeMethod(
        &context, [&] { server = new TileServer; }, Qt::BlockingQueuedConnection);
    QTemporaryDir cache;
    FeatureStore store;
    std::vector<double> empty, layers, emptyCpu, layersCpu;
    Turn many;
    double covered = 0; // part of the view under symbols and names
    {
        MapView map(store);
        map.resize(1280, 800);
        map.setBaseMap({server->providers(), cache.path(), u"bench"_s, {}, {}, {}});
        map.showPlace(middle, zoom);
        map.show();
        bool present = false;
        QObject::connect(&map, &MapView::baseMapChanged, &map, [&](bool now) { present = now; });
        waitFor([&] { return present && map.layer() && map.layer()->currentAffine(); });
        const QList<Feature> demo = demoFeatures(480, 56, 122, 181, 118, 12);
        const QList<Feature> crowd = demoFeatures(50000, 10000, 10000, 10000, 19900, 100);
        map.showPlace(middle, zoom);
        pan(map); // loads the tiles
        store.reset(demo);
        pan(map); // draws the symbols
        for (int turn = 0; turn < turns; ++turn) {
            store.reset({});
            pan(map);
            const Turn without = pan(map);
            store.reset(demo);
            pan(map);
            const Turn with = pan(map);
            empty.push_back(without.wall);
            layers.push_back(with.wall);
            emptyCpu.push_back(without.cpu);
            layersCpu.push_back(with.cpu);
        }
        covered = coverage(map);
        store.reset(crowd);
        pan(map);
        many = pan(map);
    }
    QMetaObject::invokeMethod(&context, [&] { delete server; }, Qt::BlockingQueuedConnection);
    serving.quit();
    serving.wait();

    if (median(empty) <= 0 || median(layers) <= 0 || many.wall <= 0) {
        std::fputs("no frames were drawn\n", stderr);
        return 1;
    }
    const double ratio = median(layers) / median(empty);
    const auto rounded = [](double v) { return std::round(v * 1000) / 1000; };
    const QJsonObject result{{u"name"_s, u"map_frame"_s},
                             {u"empty_ms"_s, rounded(median(empty))},
                             {u"layers_ms"_s, rounded(median(layers))},
                             {u"hundred_thousand_ms"_s, rounded(many.wall)},
                             {u"ratio"_s, rounded(ratio)},
                             {u"empty_cpu_ms"_s, rounded(median(emptyCpu))},
                             {u"layers_cpu_ms"_s, rounded(median(layersCpu))},
                             {u"cpu_ratio"_s, rounded(median(layersCpu) / median(emptyCpu))},
                             {u"covered"_s, rounded(covered)},
                             {u"required"_s, required}};
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}
