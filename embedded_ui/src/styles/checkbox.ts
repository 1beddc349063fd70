/* The sheets of checkboxes with a label, for the screens that have one. */
import '@mantine/core/styles/InlineInput.layer.css'
import '@mantine/core/styles/Checkbox.layer.css'
