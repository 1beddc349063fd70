import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState, type Ref } from 'react'

interface SearchFieldProps {
  value: string
  label: string
  placeholder: string
  onSearch: (value: string) => void
  ref?: Ref<HTMLInputElement>
}

/** Asks the server once typing rests. Plain markup: it is the only field of the tables' first script. */
export function SearchField({ value, label, placeholder, onSearch, ref }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const [known, setKnown] = useState(value)
  const [asked, setAsked] = useState(value)

  if (value !== known) {
    setKnown(value)
    // Changed from outside, by clearing the filters or by going back: what is being typed is not overwritten.
    if (value !== asked) setText(value)
  }

  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => {
      setAsked(text)
      onSearch(text)
    }, 250)
    return () => clearTimeout(timer)
  }, [text, value, onSearch])

  return (
    <div className="search-field">
      <IconSearch size={16} aria-hidden />
      <input
        ref={ref}
        type="search"
        placeholder={placeholder}
        aria-label={label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </div>
  )
}
