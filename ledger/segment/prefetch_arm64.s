#include "textflag.h"

// func prefetchEach(b []byte, entries []uint32, size uint64)
TEXT ·prefetchEach(SB), NOSPLIT, $0-56
	MOVD b_base+0(FP), R0
	MOVD entries_base+24(FP), R1
	MOVD entries_len+32(FP), R2
	MOVD size+48(FP), R3
	SUB  $1, R3, R4

each:
	CBZ   R2, done
	MOVWU.P 4(R1), R5
	MADD  R3, R0, R5, R6
	ADD   R4, R6, R7
	PRFM  (R6), PLDL1KEEP
	PRFM  (R7), PLDL1KEEP
	SUB   $1, R2, R2
	B     each

done:
	RET

// func prefetchLines(b []byte)
TEXT ·prefetchLines(SB), NOSPLIT, $0-24
	MOVD b_base+0(FP), R0
	MOVD b_len+8(FP), R1
	ADD  R0, R1, R1
	AND  $~63, R0, R0

line:
	CMP  R1, R0
	BHS  end
	PRFM (R0), PLDL1KEEP
	ADD  $64, R0, R0
	B    line

end:
	RET
