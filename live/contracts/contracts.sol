// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// Contracts that a real node runs in the tests of this folder, each for one way
// in which value moves. None is meant to hold anything of worth.

// Token is ERC-20 as the standard says.
contract Token {
    string public symbol = "TOK";
    string public name = "Token";
    uint8 public decimals = 18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    constructor() {
        mint(msg.sender, 1e30);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function mint(address to, uint256 value) public {
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function burn(uint256 value) external {
        balanceOf[msg.sender] -= value;
        emit Transfer(msg.sender, address(0), value);
    }

    function move(address from, address to, uint256 value) internal virtual {
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

// FeeToken keeps a hundredth of what is transferred, and logs that it does.
contract FeeToken is Token {
    function move(address from, address to, uint256 value) internal override {
        uint256 fee = value / 100;
        super.move(from, to, value - fee);
        super.move(from, address(this), fee);
    }
}

// LyingToken credits a hundredth less than it logs, as some that take fees do:
// its logs do not add up to its balances.
contract LyingToken is Token {
    function move(address from, address to, uint256 value) internal override {
        balanceOf[from] -= value;
        balanceOf[to] += value - value / 100;
        emit Transfer(from, to, value);
    }
}

// OldToken is as tokens were before the standard was settled, and as Tether is:
// its symbol is bytes32, transfer returns nothing, and its issuer freezes
// addresses and destroys what they hold without logging a Transfer.
contract OldToken {
    bytes32 public symbol = "OLD";
    uint256 public decimals = 6;
    mapping(address => uint256) public balanceOf;
    mapping(address => bool) public frozen;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event AddedBlackList(address user);
    event RemovedBlackList(address user);
    event DestroyedBlackFunds(address user, uint256 balance);

    constructor() {
        balanceOf[msg.sender] = 1e18;
        emit Transfer(address(0), msg.sender, 1e18);
    }

    function transfer(address to, uint256 value) external {
        require(!frozen[msg.sender], "frozen");
        require(balanceOf[msg.sender] >= value, "too little");
        unchecked {
            balanceOf[msg.sender] -= value;
            balanceOf[to] += value;
        }
        emit Transfer(msg.sender, to, value);
    }

    function freeze(address user) external {
        frozen[user] = true;
        emit AddedBlackList(user);
    }

    function unfreeze(address user) external {
        frozen[user] = false;
        emit RemovedBlackList(user);
    }

    function destroy(address user) external {
        require(frozen[user], "not frozen");
        uint256 held = balanceOf[user];
        balanceOf[user] = 0;
        emit DestroyedBlackFunds(user, held);
    }
}

// Wrapper issues a token for the chain's coin, and logs no Transfer when it does.
contract Wrapper {
    string public symbol = "WRAP";
    uint8 public decimals = 18;
    mapping(address => uint256) public balanceOf;

    event Deposit(address indexed to, uint256 value);
    event Withdrawal(address indexed from, uint256 value);
    event Transfer(address indexed from, address indexed to, uint256 value);

    receive() external payable {
        deposit();
    }

    function deposit() public payable {
        balanceOf[msg.sender] += msg.value;
        emit Deposit(msg.sender, msg.value);
    }

    function withdraw(uint256 value) external {
        balanceOf[msg.sender] -= value;
        (bool ok, ) = msg.sender.call{value: value}("");
        require(ok, "not taken");
        emit Withdrawal(msg.sender, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
        return true;
    }
}

// Bomb destroys itself.
contract Bomb {
    constructor() payable {}

    receive() external payable {}

    function explode(address payable to) external {
        selfdestruct(to);
    }
}

// Mayfly destroys itself while it is made.
contract Mayfly {
    constructor(address payable to) payable {
        selfdestruct(to);
    }
}

// Mover moves coins by way of other calls than a transaction's own.
contract Mover {
    event Made(address made);

    constructor() payable {}

    receive() external payable {}

    // forward passes on what it is given, all but a tenth.
    function forward(address payable to) public payable {
        pay(to, msg.value - msg.value / 10);
    }

    // forwardThenFail fails after it has passed on what it was given.
    function forwardThenFail(address payable to) public payable {
        pay(to, msg.value);
        revert("after paying");
    }

    // tryForward calls itself to pay one that is then reverted, and pays another:
    // in all, only the second is paid.
    function tryForward(address payable first, address payable second) external payable {
        uint256 half = msg.value / 2;
        (bool ok, ) = address(this).call{value: half}(abi.encodeCall(this.forwardThenFail, (first)));
        require(!ok, "it should fail");
        this.forward{value: half}(second);
    }

    // deep goes down some calls, each of which keeps a little and passes on the rest.
    function deep(address payable to, uint256 levels) external payable {
        if (levels == 0) {
            pay(to, msg.value / 2);
            return;
        }
        this.deep{value: msg.value - 1}(to, levels - 1);
    }

    // run executes another's code on its own account.
    function run(address code, bytes calldata data) external payable {
        (bool ok, ) = code.delegatecall(data);
        require(ok, "it failed");
    }

    // codecall does so by the instruction that was there before delegatecall, and
    // states a value: it stays where it is.
    function codecall(address code) external payable {
        assembly {
            pop(callcode(gas(), code, callvalue(), 0, 0, 0, 0))
        }
    }

    // make makes a contract that holds what is given.
    function make(bytes32 salt) external payable {
        emit Made(address(new Bomb{value: msg.value, salt: salt}()));
    }

    // makeTooDear makes one that it cannot pay for, which fails alone.
    function makeTooDear() external payable {
        try new Bomb{value: address(this).balance + 1}() {
            revert("it should fail");
        } catch {}
    }

    // flash makes a contract that destroys itself in the same transaction, and
    // pays it more afterwards: what comes after is burnt with it.
    function flash(address payable to, uint256 more) external payable {
        Bomb b = new Bomb{value: msg.value - more}();
        b.explode(to == address(0) ? payable(address(b)) : to);
        if (more > 0) pay(payable(address(b)), more);
    }

    // flashTwice does so to one that, destroyed, is paid, destroyed again in
    // another's favour and paid once more.
    function flashTwice(address payable to, uint256 more) external payable {
        Bomb b = new Bomb{value: msg.value - 2 * more}();
        b.explode(payable(address(b)));
        pay(payable(address(b)), more);
        b.explode(to);
        pay(payable(address(b)), more);
    }

    // hatch makes one that is gone when it is made.
    function hatch(address payable to) external payable {
        new Mayfly{value: msg.value}(to);
    }

    // call calls another with a value.
    function call(address to, uint256 value, bytes calldata data) external payable {
        (bool ok, ) = to.call{value: value}(data);
        require(ok, "it failed");
    }

    function pay(address payable to, uint256 value) internal {
        (bool ok, ) = to.call{value: value}("");
        require(ok, "not taken");
    }
}

// Items issues single things (ERC-721) and kinds of things (ERC-1155) at once.
contract Items {
    mapping(uint256 => address) public ownerOf;
    mapping(uint256 => mapping(address => uint256)) public held;

    event Transfer(address indexed from, address indexed to, uint256 indexed item);
    event TransferSingle(address indexed by, address indexed from, address indexed to, uint256 item, uint256 value);
    event TransferBatch(address indexed by, address indexed from, address indexed to, uint256[] items, uint256[] values);

    function give(address to, uint256 item) external {
        emit Transfer(ownerOf[item], to, item);
        ownerOf[item] = to;
    }

    function issue(address to, uint256 item, uint256 value) external {
        held[item][to] += value;
        emit TransferSingle(msg.sender, address(0), to, item, value);
    }

    function send(address to, uint256[] calldata items, uint256[] calldata values) external {
        for (uint256 i = 0; i < items.length; i++) {
            held[items[i]][msg.sender] -= values[i];
            held[items[i]][to] += values[i];
        }
        emit TransferBatch(msg.sender, msg.sender, to, items, values);
    }
}
