package launder

// shapeRules returns the rules of shapes.
func shapeRules() []Rule { return nil }
