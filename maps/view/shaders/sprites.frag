#version 440

layout(location = 0) in vec2 vTexel;
layout(location = 1) in float vAlpha;
layout(location = 0) out vec4 colour;

layout(binding = 1) uniform sampler2D atlas;

void main()
{
    colour = texture(atlas, vTexel) * vAlpha;
}
