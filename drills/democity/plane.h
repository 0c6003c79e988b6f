#pragma once

#include "models/domain/geo.h"

#include <QtGlobal>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

namespace leeward::democity {

// A place or a step in the city's plane: metres east and north of the south-west corner of its box.
struct Vec
{
    double x = 0;
    double y = 0;

    friend bool operator==(const Vec &, const Vec &) = default;
    friend constexpr Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y}; }
    friend constexpr Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y}; }
    friend constexpr Vec operator*(Vec a, double k) { return {a.x * k, a.y * k}; }
    [[nodiscard]] double length() const { return std::hypot(x, y); }
    [[nodiscard]] constexpr Vec left() const { return {-y, x}; } // turned by 90° counter-clockwise
    [[nodiscard]] Vec unit() const
    {
        const double l = length();
        return l > 0 ? Vec{x / l, y / l} : Vec{1, 0};
    }
    [[nodiscard]] Vec turned(double radians) const
    {
        const double c = std::cos(radians);
        const double s = std::sin(radians);
        return {x * c - y * s, x * s + y * c};
    }
};

[[nodiscard]] constexpr double dot(Vec a, Vec b)
{
    return a.x * b.x + a.y * b.y;
}
[[nodiscard]] constexpr double cross(Vec a, Vec b)
{
    return a.x * b.y - a.y * b.x;
}

using Line = std::vector<Vec>;

// The plane's place on the globe: equirectangular about the box's middle latitude; within 0.3 %
// over the box.
struct Frame
{
    double west = 0;
    double south = 0;
    double metresPerLon = 1;
    double metresPerLat = 1;
    double width = 0;  // m
    double height = 0; // m

    [[nodiscard]] LonLat toLonLat(Vec p) const
    {
        return {west + p.x / metresPerLon, south + p.y / metresPerLat};
    }
    [[nodiscard]] bool contains(Vec p, double margin = 0) const
    {
        return p.x >= margin && p.y >= margin && p.x <= width - margin && p.y <= height - margin;
    }
};

// A rectangular field of values; (0, 0) is the south-west corner, sample (i, j) lies at (i·stepX,
// j·stepY).
template <class T>
class Grid
{
public:
    Grid() = default;
    Grid(int columns, int rows, double stepX, double stepY, T value = {})
        : m_columns(columns)
        , m_rows(rows)
        , m_stepX(stepX)
        , m_stepY(stepY)
        , m_data(static_cast<size_t>(columns) * static_cast<size_t>(rows), value)
    {
    }
    template <class U>
    [[nodiscard]] Grid<U> alike(U value) const
    {
        return Grid<U>(m_columns, m_rows, m_stepX, m_stepY, value);
    }

    [[nodiscard]] int columns() const { return m_columns; }
    [[nodiscard]] int rows() const { return m_rows; }
    [[nodiscard]] int size() const { return m_columns * m_rows; }
    [[nodiscard]] double stepX() const { return m_stepX; }
    [[nodiscard]] double stepY() const { return m_stepY; }
    [[nodiscard]] double cellArea() const { return m_stepX * m_stepY; }

    [[nodiscard]] T &operator[](int index) { return m_data[static_cast<size_t>(index)]; }
    [[nodiscard]] const T &operator[](int index) const
    {
        return m_data[static_cast<size_t>(index)];
    }
    [[nodiscard]] T &at(int i, int j) { return (*this)[j * m_columns + i]; }
    [[nodiscard]] const T &at(int i, int j) const { return (*this)[j * m_columns + i]; }

    [[nodiscard]] int index(int i, int j) const { return j * m_columns + i; }
    [[nodiscard]] bool has(int i, int j) const
    {
        return i >= 0 && j >= 0 && i < m_columns && j < m_rows;
    }
    [[nodiscard]] Vec place(int index) const
    {
        const int row = index / m_columns;
        return {(index % m_columns) * m_stepX, row * m_stepY};
    }
    [[nodiscard]] int nearest(Vec p) const
    {
        const int i = std::clamp(static_cast<int>(std::lround(p.x / m_stepX)), 0, m_columns - 1);
        const int j = std::clamp(static_cast<int>(std::lround(p.y / m_stepY)), 0, m_rows - 1);
        return index(i, j);
    }
    // The value at the sample nearest to p, outside the grid that of its edge.
    [[nodiscard]] const T &near(Vec p) const { return (*this)[nearest(p)]; }

    // Bilinear; outside the grid the edge's value.
    [[nodiscard]] double sample(Vec p) const
    {
        const double fx = std::clamp(p.x / m_stepX, 0.0, m_columns - 1.0);
        const double fy = std::clamp(p.y / m_stepY, 0.0, m_rows - 1.0);
        const int i = std::min(static_cast<int>(fx), m_columns - 2);
        const int j = std::min(static_cast<int>(fy), m_rows - 2);
        const double u = fx - i;
        const double v = fy - j;
        return std::lerp(std::lerp(double(at(i, j)), double(at(i + 1, j)), u),
                         std::lerp(double(at(i, j + 1)), double(at(i + 1, j + 1)), u), v);
    }

private:
    int m_columns = 0;
    int m_rows = 0;
    double m_stepX = 1;
    double m_stepY = 1;
    std::vector<T> m_data;
};

// Steps to the eight neighbours of a sample, the four straight ones first.
inline constexpr int neighbourX[8] = {1, 0, -1, 0, 1, -1, -1, 1};
inline constexpr int neighbourY[8] = {0, 1, 0, -1, 1, 1, -1, -1};

[[nodiscard]] double lengthOf(const Line &line);
// The place `along` metres after the line's start (clamped to its ends).
[[nodiscard]] Vec pointAt(const Line &line, double along);
[[nodiscard]] Vec middleOf(const Line &line);
// Points every `step` metres (about), both ends kept.
[[nodiscard]] Line resampled(const Line &line, double step);
// Each inner point drawn halfway to the mean of its neighbours, `rounds` times; ends stay. Rings
// have equal ends.
[[nodiscard]] Line smoothed(Line line, int rounds);
// Douglas-Peucker with the given tolerance; ends stay.
[[nodiscard]] Line simplified(const Line &line, double tolerance);
// The part between two distances along the line.
[[nodiscard]] Line part(const Line &line, double from, double to);
// The line moved sideways, positive to the left.
[[nodiscard]] Line shifted(const Line &line, double sideways);
// Twice the signed area of a ring whose last point equals its first: positive when
// counter-clockwise.
[[nodiscard]] double ringArea(const Line &ring);
[[nodiscard]] bool ringContains(const Line &ring, Vec p);
[[nodiscard]] double distanceToSegment(Vec p, Vec a, Vec b);
// Where two segments cross: the shares (0…1) along each.
[[nodiscard]] std::optional<std::pair<double, double>> crossing(Vec a, Vec b, Vec c, Vec d);

// For each sample the distance in metres to the nearest sample where `inside` is not zero (two-pass
// chamfer; error < 4 %).
[[nodiscard]] Grid<float> distanceTo(const Grid<quint8> &inside);

// Box blur with the given radius in samples, `rounds` times.
[[nodiscard]] Grid<float> blurred(Grid<float> field, int radius, int rounds);

} // namespace leeward::democity
