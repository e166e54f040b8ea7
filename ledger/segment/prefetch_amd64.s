#include "textflag.h"

// func prefetchEach(b []byte, entries []uint32, size uint64)
TEXT ·prefetchEach(SB), NOSPLIT, $0-56
	MOVQ b_base+0(FP), BX
	MOVQ entries_base+24(FP), SI
	MOVQ entries_len+32(FP), CX
	MOVQ size+48(FP), DX
	LEAQ -1(DX), DI

each:
	TESTQ CX, CX
	JEQ   done
	MOVL  (SI), AX
	IMULQ DX, AX
	ADDQ  BX, AX
	PREFETCHT0 (AX)
	PREFETCHT0 (AX)(DI*1)
	ADDQ  $4, SI
	DECQ  CX
	JMP   each

done:
	RET

// func prefetchLines(b []byte)
TEXT ·prefetchLines(SB), NOSPLIT, $0-24
	MOVQ b_base+0(FP), AX
	MOVQ b_len+8(FP), CX
	ADDQ AX, CX
	ANDQ $~63, AX

line:
	CMPQ AX, CX
	JCC  end
	PREFETCHT0 (AX)
	ADDQ $64, AX
	JMP  line

end:
	RET
