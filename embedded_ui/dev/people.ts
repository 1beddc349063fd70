/** Invented people for working on the page without a server: awkward names first, then thousands of plain ones. */
import type { InfluencerRow } from '../src/api/types'

const NAMED: [string, string, string, number, string[], string][] = [
  ['Łukasz Żółty', 'lukasz.zolty', 'instagram', 184000, ['skincare', 'pl'], 'LUKASZ'],
  ['王芳', 'wangfang_beauty', 'tiktok', 1200000, ['beauty', 'top 20'], 'WANGFANG'],
  ["María-José O'Neill", 'mjoneill', 'instagram', 58200, ['skincare'], 'MARIAJOSE'],
  ['Anna Rossi', 'anna✨rossi', 'instagram', 23100, ['micro'], 'ANNA'],
  ['Anna Kowalska', 'aniakowalska', 'tiktok', 310500, ['pl', 'beauty'], 'ANNA'],
  ['Wolfeschlegelsteinhausenbergerdorff Maximilian-Alexander von', 'max.von.w', 'youtube', 9400, ['micro'], 'MAXIMILIAN'],
  ['🌸 Sakura Tanaka', 'sakura🌸home', 'instagram', 76300, ['home', 'jp'], 'SAKURA'],
  ['Oluwaseun Adébáyọ̀', 'seunfit', 'tiktok', 44100, ['fitness'], 'OLUWASEUN'],
  ['Zoë Bauer', 'zoe.bauer', 'instagram', 12800, ['micro', 'de', 'skincare'], 'ZOE'],
  ['محمد الهاشمي', 'm.alhashimi', 'tiktok', 520000, ['top 20'], 'MOHAMMED'],
  ['Chloé Dubois-Laurent', 'chloe_dl', 'instagram', 91000, ['beauty', 'fr'], 'CHLOE'],
  ['Søren Ægidius Møller', 'soren.m', 'youtube', 33700, ['outdoor'], 'SOREN'],
  ['Nguyễn Thị Hương', 'huongdaily', 'tiktok', 205000, ['beauty'], 'HUONG'],
  ['Ингрид Ольсен', 'ingrid.o', 'instagram', 18900, ['home'], 'INGRID'],
  ['Tom Ó Súilleabháin', 'tomos', 'youtube', 15200, ['outdoor'], 'TOM'],
]
const FIRST = ['Ella', 'Noah', 'Mila', 'Hugo', 'Lena', 'Omar', 'Ivy', 'Kofi', 'Sara', 'Finn', 'Nora', 'Yuki', 'Elif', 'Luca', 'Aya', 'Jonas']
const LAST = ['Lindqvist', 'Marchetti', 'Okafor', 'Schneider', 'Petit', 'Novák', 'Haddad', 'Sørensen', 'Costa', 'Iyer', 'Brandt', 'Moreau']
const TAGS = ['micro', 'skincare', 'beauty', 'home']

export interface FakePerson extends InfluencerRow {
  latin: string
  notes: string
}

const pick = <Item>(items: Item[], index: number) => items[index % items.length] as Item

function person(index: number): FakePerson {
  const first = pick(FIRST, index * 7)
  const last = pick(LAST, index * 5)
  const plain = [`${first} ${last}`, `${first}${last}${index % 97}`.toLowerCase(), pick(['instagram', 'tiktok', 'youtube'], index), 1000 + ((index * 7919) % 300000), [pick(TAGS, index)], first.toUpperCase()] as const
  const [name, handle, platform, followers, tags, latin] = NAMED[index] ?? plain
  const sold = index % 3 === 2 ? 0 : (index * 37) % 120
  return {
    id: index + 1,
    external_id: `inf-${index + 1}`,
    name,
    first_name: name.split(' ')[0] ?? name,
    last_name: name.split(' ').slice(1).join(' '),
    email: `person${index + 1}@example.com`,
    handles: [{ platform, handle: `@${handle}`, followers }],
    tags: [...tags],
    groups: index % 5 ? [] : ['Ambassadors'],
    stage: '',
    country: pick(['DE', 'PL', 'IE', 'FR'], index),
    archived: false,
    added_at: new Date(Date.now() - index * 3_600_000).toISOString(),
    totals: {
      redemptions: sold,
      net: sold ? [{ amount: `${sold * 41}.20`, currency: 'EUR' }] : [],
      last_order_at: sold ? new Date(Date.now() - (index + 1) * 3_600_000 * 1.7).toISOString() : null,
    },
    offers: {},
    latin,
    notes: '',
  }
}

export const seedPeople = (count: number) => Array.from({ length: count }, (_, index) => person(index))
