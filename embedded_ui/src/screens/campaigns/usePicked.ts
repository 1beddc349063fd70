import { useState } from 'react'
import { STAGES, type Member, type MemberFilter, type MembersBody, type Stage } from '../../api/campaigns'
import { countOf, everyone, mark, nobody, people, toggle, type Selection } from '../../lib/selection'
import { inSelection } from './Board'

/** Which members are selected, and where they would go next. */
export function usePicked() {
  const [selection, setSelection] = useState<Selection<MemberFilter>>(nobody)
  const [stage, setStage] = useState<Stage | null>(null)

  const clear = () => {
    setSelection(nobody)
    setStage(null)
  }
  return {
    selection,
    count: countOf(selection),
    next: nextOf(stage),
    clear,
    toggle: (member: Member) => {
      // Somebody of another stage beside "all of a stage": that selection is left for single members.
      const foreign = selection.kind === 'filter' && !inSelection(selection, member) && selection.filter.stage !== member.stage
      setSelection(foreign ? people([member.id]) : toggle(selection, member.id))
      setStage(member.stage)
    },
    page: (ids: number[], selected: boolean) => setSelection(mark(selection, ids, selected)),
    all: (filter: MemberFilter, total: number) => {
      setSelection(everyone(filter, total))
      setStage(filter.stage ?? stage)
    },
    one: (id: number) => setSelection(people([id])),
  }
}

const nextOf = (stage: Stage | null): Stage => STAGES[stage ? STAGES.indexOf(stage) + 1 : 1] ?? 'done'

export const bodyOf = (selection: Selection<MemberFilter>): MembersBody =>
  selection.kind === 'people'
    ? { ids: [...selection.ids] }
    : { filter: selection.filter, except_ids: [...selection.except] }
