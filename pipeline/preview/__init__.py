"""The live preview: the editor saves, and sees it. Only the command line starts it; nothing else knows it."""
