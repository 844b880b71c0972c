// Cuts the TopoJSON of Natural Earth into the GeoJSON layers of the basemap.
//
//   node cut.mjs COUNTRIES_10M WORLD_50M NAMES OUT    (run where the packages it imports are installed)
//
// world-atlas is made for a globe: some of its polygons cross ±180° or hold a pole, and smear across a flat map. Those, and
// only those, are projected onto a plate carrée of one unit a degree, which cuts them at ±180°. Doing so with all of them
// would turn some inside out (the Maldives would become the whole world).

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { geoArea, geoEquirectangular } from 'd3-geo'
import { geoProject } from 'd3-geo-projection'
import polylabel from 'polylabel'
import { feature, mesh } from 'topojson-client'

const [countriesFile, worldFile, namesFile, out] = process.argv.slice(2)
const read = file => JSON.parse(readFileSync(file, 'utf8'))
const write = (layer, features) =>
  writeFileSync(join(out, `${layer}.geojson`), features.map(each => JSON.stringify(each)).join('\n') + '\n')

const atlas = read(countriesFile)
const world = read(worldFile)
const names = read(namesFile) // {"250": ["FR", "France"]}

// Places without an ISO number: what they are shown as.
const UNNUMBERED = { Kosovo: 'XK', Akrotiri: 'GB', Dhekelia: 'GB', Baikonur: 'KZ', 'USNB Guantanamo Bay': 'US',
  'Clipperton I.': 'FR', 'Indian Ocean Ter.': 'AU', 'Coral Sea Is.': 'AU' }
// Borders on which states do not agree are drawn dashed, whoever holds the ground.
const DISPUTED = new Set(['W. Sahara', 'Somaliland', 'N. Cyprus', 'Cyprus U.N. Buffer Zone', 'Kosovo', 'Siachen Glacier',
  'Palestine', 'Taiwan', 'Spratly Is.', 'Scarborough Reef', 'Bajo Nuevo Bank', 'Serranilla Bank'])

const plateCarree = geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).reflectY(true).precision(0)
const crosses = ring => ring.some((point, i) => i > 0 && Math.abs(point[0] - ring[i - 1][0]) > 180)
const polygons = geometry => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)

function recut(geometry) {
  const parts = polygons(geometry).flatMap(rings => {
    if (!rings.some(crosses)) return [rings]
    const cut = geoProject({ type: 'Polygon', coordinates: rings }, plateCarree)
    return cut ? polygons(cut) : []
  })
  return { type: 'MultiPolygon', coordinates: parts }
}

const countries = feature(atlas, atlas.objects.countries).features.map(country => {
  const [iso, name] = names[country.id] ?? [UNNUMBERED[country.properties.name] ?? '', country.properties.name]
  return { type: 'Feature', properties: { iso, name }, geometry: recut(country.geometry), area: geoArea(country) * 6371 ** 2 }
})

const left = countries.flatMap(country => country.geometry.coordinates.flat()).filter(crosses).length
if (left > 0) throw new Error(`${left} rings still cross the antimeridian`)
write('countries', countries.map(({ area, ...country }) => country))

const flatArea = rings => Math.abs(rings[0].reduce((sum, [x, y], i, ring) => {
  const [nextX, nextY] = ring[(i + 1) % ring.length]
  return sum + x * nextY - nextX * y
}, 0)) / 2
const rank = km2 => 1 + [2_000_000, 500_000, 100_000, 10_000].filter(least => km2 < least).length
const labelled = new Map()
for (const { properties, geometry, area } of countries) {
  if (properties.iso && (labelled.get(properties.iso)?.area ?? 0) < area) labelled.set(properties.iso, { properties, geometry, area })
}
write('labels', [...labelled.values()].map(({ properties, geometry, area }) => {
  const largest = geometry.coordinates.reduce((a, b) => (flatArea(a) >= flatArea(b) ? a : b))
  const [x, y] = polylabel(largest, 0.05)
  const label = { ...properties, rank: rank(area) }
  const tippecanoe = { minzoom: label.rank - 1 }
  return { type: 'Feature', properties: label, geometry: { type: 'Point', coordinates: [x, y] }, tippecanoe }
}))

// Only lines between two countries: a coast is no border.
const isDisputed = (a, b) => DISPUTED.has(a.properties.name) || DISPUTED.has(b.properties.name)
const borders = [0, 1].map(d => ({
  type: 'Feature',
  properties: { d },
  geometry: mesh(atlas, atlas.objects.countries, (a, b) => a !== b && isDisputed(a, b) === (d === 1)),
}))
write('borders', borders)

for (const layer of ['lakes', 'rivers']) {
  const { features } = feature(world, world.objects[layer])
  write(layer, features.map(({ geometry }) => ({ type: 'Feature', properties: {}, geometry })))
}
