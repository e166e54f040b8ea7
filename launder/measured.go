package launder

var measured = map[JoinKind]string{}
