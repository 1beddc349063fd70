import { useMediaQuery } from '@mantine/hooks'

/** Where only one of two markups is to be made; what is small is hidden by the classes `desk` and `phone`. */
export const usePhone = () => useMediaQuery('(max-width: 767px)', false, { getInitialValueInEffect: false })
