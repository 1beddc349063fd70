import { initials, tint } from '../lib/initials'

export function Avatar({ name, size }: { name: string; size?: 'large' }) {
  return (
    <span className="avatar" data-size={size} style={{ background: tint(name) }} aria-hidden>
      {initials(name)}
    </span>
  )
}
