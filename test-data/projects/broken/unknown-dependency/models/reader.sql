SELECT id FROM good
