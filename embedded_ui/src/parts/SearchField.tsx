import { TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState, type Ref } from 'react'

interface SearchFieldProps {
  value: string
  label: string
  placeholder: string
  onSearch: (value: string) => void
  ref?: Ref<HTMLInputElement>
}

/** Asks the server once typing rests. Give it `key` the outside value when that may change by other ways. */
export function SearchField({ value, label, placeholder, onSearch, ref }: SearchFieldProps) {
  const [text, setText] = useState(value)

  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => onSearch(text), 250)
    return () => clearTimeout(timer)
  }, [text, value, onSearch])

  return (
    <TextInput
      ref={ref}
      type="search"
      className="grow"
      maw={300}
      leftSection={<IconSearch size={16} aria-hidden />}
      placeholder={placeholder}
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  )
}
