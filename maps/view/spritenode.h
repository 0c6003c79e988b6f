#pragma once

#include "maps/view/featurepicture.h"

#include <QSGGeometryNode>
#include <QSGMaterial>
#include <QSGTexture>

#include <memory>

namespace leeward::view {

// Draws many parts of one texture with one call, each with its own opacity. Render thread.
class SpriteMaterial : public QSGMaterial
{
public:
    SpriteMaterial();

    [[nodiscard]] QSGMaterialType *type() const override;
    [[nodiscard]] QSGMaterialShader *createShader(QSGRendererInterface::RenderMode) const override;
    [[nodiscard]] int compare(const QSGMaterial *other) const override;

    [[nodiscard]] QSGTexture *texture() const { return m_texture; }
    void setTexture(QSGTexture *texture) { m_texture = texture; }

private:
    QSGTexture *m_texture = nullptr; // not owned
};

// The quads of one batch. 32-bit indices, so any number. Shares the texture with other nodes.
class SpriteNode : public QSGGeometryNode
{
public:
    SpriteNode();

    void setTexture(std::shared_ptr<QSGTexture> texture);
    void setQuads(const std::vector<Quad> &quads, QSize atlasSize);

private:
    QSGGeometry m_geometry;
    SpriteMaterial m_material;
    std::shared_ptr<QSGTexture> m_texture; // outlives the material's use of it
};

} // namespace leeward::view
