#version 440

layout(location = 0) in vec2 place;
layout(location = 1) in vec2 texel;
layout(location = 2) in float alpha;
layout(location = 0) out vec2 vTexel;
layout(location = 1) out float vAlpha;

layout(std140, binding = 0) uniform Block {
    mat4 matrix;
    float opacity;
};

void main()
{
    vTexel = texel;
    vAlpha = alpha * opacity;
    gl_Position = matrix * vec4(place, 0.0, 1.0);
}
