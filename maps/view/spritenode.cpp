#include "maps/view/spritenode.h"

#include <QSGMaterialShader>

#include <cstring>

using namespace Qt::StringLiterals;

namespace leeward::view {

namespace {

struct Vertex
{
    float x, y, u, v, alpha;
};

const QSGGeometry::AttributeSet &attributes()
{
    static const QSGGeometry::Attribute list[] = {
        QSGGeometry::Attribute::createWithAttributeType(0, 2, QSGGeometry::FloatType,
                                                        QSGGeometry::PositionAttribute),
        QSGGeometry::Attribute::createWithAttributeType(1, 2, QSGGeometry::FloatType,
                                                        QSGGeometry::TexCoordAttribute),
        QSGGeometry::Attribute::createWithAttributeType(2, 1, QSGGeometry::FloatType,
                                                        QSGGeometry::UnknownAttribute),
    };
    static const QSGGeometry::AttributeSet set{3, sizeof(Vertex), list};
    return set;
}

class SpriteShader : public QSGMaterialShader
{
public:
    SpriteShader()
    {
        setShaderFileName(VertexStage, u":/leeward/view/shaders/sprites.vert.qsb"_s);
        setShaderFileName(FragmentStage, u":/leeward/view/shaders/sprites.frag.qsb"_s);
    }

    bool updateUniformData(RenderState &state, QSGMaterial *, QSGMaterial *) override
    {
        QByteArray *block = state.uniformData();
        bool changed = false;
        if (state.isMatrixDirty()) {
            const QMatrix4x4 matrix = state.combinedMatrix();
            std::memcpy(block->data(), matrix.constData(), 64);
            changed = true;
        }
        if (state.isOpacityDirty()) {
            const float opacity = state.opacity();
            std::memcpy(block->data() + 64, &opacity, 4);
            changed = true;
        }
        return changed;
    }

    void updateSampledImage(RenderState &state, int binding, QSGTexture **texture,
                            QSGMaterial *material, QSGMaterial *) override
    {
        if (binding != 1)
            return;
        *texture = static_cast<SpriteMaterial *>(material)->texture();
        (*texture)->commitTextureOperations(state.rhi(), state.resourceUpdateBatch());
    }
};

} // namespace

SpriteMaterial::SpriteMaterial()
{
    setFlag(Blending);
}

QSGMaterialType *SpriteMaterial::type() const
{
    static QSGMaterialType one;
    return &one;
}

QSGMaterialShader *SpriteMaterial::createShader(QSGRendererInterface::RenderMode) const
{
    return new SpriteShader;
}

int SpriteMaterial::compare(const QSGMaterial *other) const
{
    const qint64 a = m_texture->comparisonKey();
    const qint64 b = static_cast<const SpriteMaterial *>(other)->m_texture->comparisonKey();
    return a == b ? 0 : a < b ? -1 : 1;
}

SpriteNode::SpriteNode()
    : m_geometry(attributes(), 0, 0, QSGGeometry::UnsignedIntType)
{
    m_geometry.setDrawingMode(QSGGeometry::DrawTriangles);
    setGeometry(&m_geometry);
    setMaterial(&m_material);
}

void SpriteNode::setTexture(std::shared_ptr<QSGTexture> texture)
{
    m_texture = std::move(texture);
    m_material.setTexture(m_texture.get());
    markDirty(DirtyMaterial);
}

void SpriteNode::setQuads(const std::vector<Quad> &quads, QSize atlasSize)
{
    m_geometry.allocate(int(quads.size()) * 4, int(quads.size()) * 6);
    auto *vertex = static_cast<Vertex *>(m_geometry.vertexData());
    quint32 *index = m_geometry.indexDataAsUInt();
    const float perX = 1.0F / float(atlasSize.width());
    const float perY = 1.0F / float(atlasSize.height());
    quint32 first = 0;
    for (const Quad &quad : quads) {
        const auto l = float(quad.at.left()), t = float(quad.at.top());
        const auto r = float(quad.at.right()), b = float(quad.at.bottom());
        const float ul = float(quad.from.x()) * perX;
        const float vt = float(quad.from.y()) * perY;
        const float ur = float(quad.from.x() + quad.from.width()) * perX;
        const float vb = float(quad.from.y() + quad.from.height()) * perY;
        *vertex++ = {l, t, ul, vt, quad.opacity};
        *vertex++ = {r, t, ur, vt, quad.opacity};
        *vertex++ = {l, b, ul, vb, quad.opacity};
        *vertex++ = {r, b, ur, vb, quad.opacity};
        for (const quint32 corner : {0U, 1U, 2U, 2U, 1U, 3U})
            *index++ = first + corner;
        first += 4;
    }
    markDirty(DirtyGeometry);
}

} // namespace leeward::view
