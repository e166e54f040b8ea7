package venue

// A form is an event as a venue's contract declares it.
type form struct {
	protocol string
	text     string // the declaration, with the names of arguments
}

// forms are the events by which venues log that something was exchanged, put in or
// taken out, each with the source in which its declaration was seen.
var forms = []form{
	// github.com/Uniswap/v1-contracts, contracts/uniswap_exchange.vy; and SunSwap's first version, which says TRX.
	{"Uniswap v1", "TokenPurchase(address indexed buyer, uint256 indexed eth_sold, uint256 indexed tokens_bought)"},
	{"Uniswap v1", "EthPurchase(address indexed buyer, uint256 indexed tokens_sold, uint256 indexed eth_bought)"},
	{"Uniswap v1", "TrxPurchase(address indexed buyer, uint256 indexed tokens_sold, uint256 indexed trx_bought)"},
	{"Uniswap v1", "AddLiquidity(address indexed provider, uint256 indexed eth_amount, uint256 indexed token_amount)"},
	{"Uniswap v1", "RemoveLiquidity(address indexed provider, uint256 indexed eth_amount, uint256 indexed token_amount)"},

	// github.com/Uniswap/v2-core, contracts/interfaces/IUniswapV2Pair.sol.
	{"Uniswap v2", "Swap(address indexed sender, uint256 amount0In, uint256 amount1In, uint256 amount0Out, uint256 amount1Out, address indexed to)"},
	{"Uniswap v2", "Mint(address indexed sender, uint256 amount0, uint256 amount1)"},
	{"Uniswap v2", "Burn(address indexed sender, uint256 amount0, uint256 amount1, address indexed to)"},

	// github.com/Uniswap/v3-core, contracts/interfaces/pool/IUniswapV3PoolEvents.sol.
	{"Uniswap v3", "Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick)"},
	{"Uniswap v3", "Mint(address sender, address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, uint128 amount, uint256 amount0, uint256 amount1)"},
	{"Uniswap v3", "Burn(address indexed owner, int24 indexed tickLower, int24 indexed tickUpper, uint128 amount, uint256 amount0, uint256 amount1)"},
	{"Uniswap v3", "Collect(address indexed owner, address recipient, int24 indexed tickLower, int24 indexed tickUpper, uint128 amount0, uint128 amount1)"},
	{"PancakeSwap v3", "Swap(address indexed sender, address indexed recipient, int256 amount0, int256 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick, uint128 protocolFeesToken0, uint128 protocolFeesToken1)"},

	// github.com/Uniswap/v4-core, src/interfaces/IPoolManager.sol.
	{"Uniswap v4", "Swap(bytes32 indexed id, address indexed sender, int128 amount0, int128 amount1, uint160 sqrtPriceX96, uint128 liquidity, int24 tick, uint24 fee)"},
	{"Uniswap v4", "ModifyLiquidity(bytes32 indexed id, address indexed sender, int24 tickLower, int24 tickUpper, int256 liquidityDelta, bytes32 salt)"},

	// github.com/curvefi/curve-contract, contracts/pools; curvefi/tricrypto-ng; and, of
	// any number of coins, curvefi/stableswap-ng.
	{"Curve", "TokenExchange(address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256 tokens_bought)"},
	{"Curve", "TokenExchangeUnderlying(address indexed buyer, int128 sold_id, uint256 tokens_sold, int128 bought_id, uint256 tokens_bought)"},
	{"Curve", "TokenExchange(address indexed buyer, uint256 sold_id, uint256 tokens_sold, uint256 bought_id, uint256 tokens_bought)"},
	{"Curve", "TokenExchange(address indexed buyer, uint256 sold_id, uint256 tokens_sold, uint256 bought_id, uint256 tokens_bought, uint256 fee, uint256 packed_price_scale)"},
	{"Curve", "AddLiquidity(address indexed provider, uint256[2] token_amounts, uint256[2] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "AddLiquidity(address indexed provider, uint256[3] token_amounts, uint256[3] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "AddLiquidity(address indexed provider, uint256[4] token_amounts, uint256[4] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "RemoveLiquidity(address indexed provider, uint256[2] token_amounts, uint256[2] fees, uint256 token_supply)"},
	{"Curve", "RemoveLiquidity(address indexed provider, uint256[3] token_amounts, uint256[3] fees, uint256 token_supply)"},
	{"Curve", "RemoveLiquidity(address indexed provider, uint256[4] token_amounts, uint256[4] fees, uint256 token_supply)"},
	{"Curve", "RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount)"},
	{"Curve", "RemoveLiquidityOne(address indexed provider, uint256 token_amount, uint256 coin_amount, uint256 token_supply)"},
	{"Curve", "RemoveLiquidityImbalance(address indexed provider, uint256[2] token_amounts, uint256[2] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "RemoveLiquidityImbalance(address indexed provider, uint256[3] token_amounts, uint256[3] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "RemoveLiquidityImbalance(address indexed provider, uint256[4] token_amounts, uint256[4] fees, uint256 invariant, uint256 token_supply)"},

	{"Curve", "AddLiquidity(address indexed provider, uint256[] token_amounts, uint256[] fees, uint256 invariant, uint256 token_supply)"},
	{"Curve", "RemoveLiquidity(address indexed provider, uint256[] token_amounts, uint256[] fees, uint256 token_supply)"},
	{"Curve", "RemoveLiquidityImbalance(address indexed provider, uint256[] token_amounts, uint256[] fees, uint256 invariant, uint256 token_supply)"},

	// Pools of the first version, the vault of the second (IVault.sol of
	// balancer-v2-monorepo), and of the third as its readers declare it.
	{"Balancer v1", "LOG_SWAP(address indexed caller, address indexed tokenIn, address indexed tokenOut, uint256 tokenAmountIn, uint256 tokenAmountOut)"},
	{"Balancer v1", "LOG_JOIN(address indexed caller, address indexed tokenIn, uint256 tokenAmountIn)"},
	{"Balancer v1", "LOG_EXIT(address indexed caller, address indexed tokenOut, uint256 tokenAmountOut)"},
	{"Balancer v2", "Swap(bytes32 indexed poolId, address indexed tokenIn, address indexed tokenOut, uint256 amountIn, uint256 amountOut)"},
	{"Balancer v2", "PoolBalanceChanged(bytes32 indexed poolId, address indexed liquidityProvider, address[] tokens, int256[] deltas, uint256[] protocolFeeAmounts)"},
	{"Balancer v3", "Swap(address indexed pool, address indexed tokenIn, address indexed tokenOut, uint256 amountIn, uint256 amountOut, uint256 swapFeePercentage, uint256 swapFeeAmount)"},

	// The exchange's second and third version, and github.com/0xProject/protocol,
	// contracts/zero-ex/contracts/src/features/interfaces.
	{"0x", "Fill(address indexed makerAddress, address indexed feeRecipientAddress, address takerAddress, address senderAddress, uint256 makerAssetFilledAmount, uint256 takerAssetFilledAmount, uint256 makerFeePaid, uint256 takerFeePaid, bytes32 indexed orderHash, bytes makerAssetData, bytes takerAssetData)"},
	{"0x", "Fill(address indexed makerAddress, address indexed feeRecipientAddress, bytes makerAssetData, bytes takerAssetData, bytes makerFeeAssetData, bytes takerFeeAssetData, bytes32 indexed orderHash, address takerAddress, address senderAddress, uint256 makerAssetFilledAmount, uint256 takerAssetFilledAmount, uint256 makerFeePaid, uint256 takerFeePaid, uint256 protocolFeePaid)"},
	{"0x", "TransformedERC20(address indexed taker, address inputToken, address outputToken, uint256 inputTokenAmount, uint256 outputTokenAmount)"},
	{"0x", "LimitOrderFilled(bytes32 orderHash, address maker, address taker, address feeRecipient, address makerToken, address takerToken, uint128 takerTokenFilledAmount, uint128 makerTokenFilledAmount, uint128 takerTokenFeeFilledAmount, uint256 protocolFeePaid, bytes32 pool)"},
	{"0x", "RfqOrderFilled(bytes32 orderHash, address maker, address taker, address makerToken, address takerToken, uint128 takerTokenFilledAmount, uint128 makerTokenFilledAmount, bytes32 pool)"},
	{"0x", "OtcOrderFilled(bytes32 orderHash, address maker, address taker, address makerToken, address takerToken, uint128 makerTokenFilledAmount, uint128 takerTokenFilledAmount)"},

	// github.com/cowprotocol/contracts, src/contracts/GPv2Settlement.sol.
	{"CoW", "Trade(address indexed owner, address sellToken, address buyToken, uint256 sellAmount, uint256 buyAmount, uint256 feeAmount, bytes orderUid)"},

	// github.com/1inch/limit-order-protocol, of several versions, and its router of
	// 2021, whose event KyberSwap's has too; later routers log nothing of their own.
	{"1inch", "OrderFilled(address indexed maker, bytes32 orderHash, uint256 remaining)"},
	{"1inch", "OrderFilled(bytes32 orderHash, uint256 remainingAmount)"},
	{"1inch", "OrderFilledRFQ(bytes32 orderHash, uint256 makingAmount)"},
	{"1inch or KyberSwap", "Swapped(address sender, address srcToken, address dstToken, address dstReceiver, uint256 spentAmount, uint256 returnAmount)"},

	// Its reactors: github.com/Uniswap/UniswapX, src/base/ReactorEvents.sol.
	{"UniswapX", "Fill(bytes32 indexed orderHash, address indexed filler, address indexed swapper, uint256 nonce)"},

	// Staking: github.com/lidofinance/lido-dao, Lido.sol (its wrapper logs nothing but
	// transfers); Rocket Pool's RocketTokenRETH.sol.
	{"Lido", "Submitted(address indexed sender, uint256 amount, address referral)"},
	{"Rocket Pool", "TokensMinted(address indexed to, uint256 amount, uint256 ethAmount, uint256 time)"},
	{"Rocket Pool", "TokensBurned(address indexed from, uint256 amount, uint256 ethAmount, uint256 time)"},

	// Lending: Aave's pools of the second and third version; Compound's cTokens and
	// Comet, of which what is taken out is logged as by many others; and vaults as
	// ERC-4626 has them.
	{"Aave", "Deposit(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referral)"},
	{"Aave", "Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)"},
	{"Aave", "Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)"},
	{"Compound", "Mint(address minter, uint256 mintAmount, uint256 mintTokens)"},
	{"Compound", "Redeem(address redeemer, uint256 redeemAmount, uint256 redeemTokens)"},
	{"Compound v3", "Supply(address indexed from, address indexed dst, uint256 amount)"},
	{"ERC-4626 vault", "Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)"},
	{"ERC-4626 vault", "Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares)"},
}
