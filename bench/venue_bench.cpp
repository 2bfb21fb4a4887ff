// The whole step of a venue: ids, risk, holds, plan, settlement, books and reports, closed loop, on
// one thread, with 450 instruments and 100 accounts. The commands lie ready in memory. Arguments: a
// number, to look ahead by that only; `memory`, for what five million open orders take.
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "bench/matching_trace.hpp"
#include "bench/rounds.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::bench {
namespace {

using namespace txn;

constexpr std::uint32_t instruments = 450;
constexpr std::uint32_t accounts = 100;
constexpr std::size_t operations = 1'000'000;

VenueSettings settings() {
    VenueSettings all;
    all.assets.push_back({"USD", 18});
    for (std::uint32_t i = 0; i < instruments; ++i) {
        const std::string symbol = "S" + std::to_string(i);
        all.assets.push_back({symbol, 18});
        InstrumentSettings instrument;
        instrument.symbol = symbol;
        instrument.base = AssetId{i + 1};
        instrument.quote = AssetId{0};
        instrument.reference = Price{100'000};
        instrument.collar_millionths = 500'000;
        all.instruments.push_back(instrument);
    }
    all.sessions.push_back({"operator", 0});
    for (std::uint32_t i = 0; i <= accounts; ++i) {
        all.accounts.push_back({"A" + std::to_string(i), 1'000'000, 0});
        all.sessions.push_back({"S" + std::to_string(i), 1'000'000});
    }
    all.fees = {.maker_millionths = 100, .taker_millionths = 300, .account = AccountId{accounts}};
    all.limits.client_ids = std::size_t{1} << 22;
    all.limits.window = std::size_t{1} << 21;
    return all;
}

ClientOrderId text_of(char kind, std::uint64_t number) {
    char text[24] = {kind};
    const auto end = std::to_chars(text + 1, text + sizeof text, number).ptr;
    return ClientOrderId{{text, static_cast<std::size_t>(end - text)}};
}

/// The trace as commands: what is aggressive is immediate or cancel, as it would be from takers.
std::vector<Command> commands_of(const std::vector<Operation>& operations_) {
    std::vector<Command> commands;
    commands.reserve(operations_.size());
    std::int64_t time = 1;
    for (const Operation& op : operations_) {
        Command& command = commands.emplace_back();
        const std::uint32_t account = static_cast<std::uint32_t>(op.order % accounts);
        command.envelope.session = SessionId{account + 1};
        command.envelope.time = TimeNs{std::chrono::nanoseconds{time++}};
        if (op.is_cancel) {
            command.body = CancelOrder{text_of('c', op.order), text_of('n', op.order), {}};
            continue;
        }
        NewOrder order;
        order.client_id = text_of('n', op.order);
        order.account = AccountId{account};
        order.instrument = InstrumentId{op.instrument};
        order.side = op.is_buy ? Side::buy : Side::sell;
        order.self_trade = SelfTrade::cancel_resting;
        order.price = Price{op.price};
        order.quantity = Quantity{op.quantity};
        command.body = order;
    }
    return commands;
}

struct Run {
    std::unique_ptr<Venue> venue;
    Outcome outcome;
    std::uint64_t fills = 0;
    std::uint64_t refused = 0;
    std::uint64_t events = 0;

    void deposit() {
        for (std::uint32_t account = 0; account <= accounts; ++account)
            for (std::uint32_t asset = 0; asset <= instruments; ++asset) {
                Command command;
                command.body = Deposit{AccountId{account}, AssetId{asset},
                                       static_cast<Int128>(book::exact::power_of_ten(18 + 9))};
                venue->execute(command, outcome);
            }
    }
    /// `ahead`: commands between the steps of looking ahead; 0: without.
    void execute(const std::vector<Command>& commands, std::size_t ahead) {
        for (std::size_t i = 0; i < commands.size(); ++i) {
            for (unsigned step = 0; ahead != 0 && step < Venue::look_ahead_steps; ++step)
                if (const std::size_t at = i + ahead * (Venue::look_ahead_steps - step);
                    at < commands.size())
                    venue->look_ahead(commands[at], step);
            venue->execute(commands[i], outcome);
            events += outcome.events.size();
            for (const Event& event : outcome.events) {
                fills += event.kind == EventKind::filled;
                refused += event.refusal != Refusal::none;
            }
            while (venue->continuation_pending()) {
                Command next;
                next.body = Continue{};
                venue->execute(next, outcome);
            }
        }
    }
};

std::size_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t pages = 0;
    std::size_t resident = 0;
    file >> pages >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/// What so many open orders take, far from each other's prices.
void show_memory(std::uint64_t orders) {
    VenueSettings all = settings();
    all.limits.orders = orders + 1;
    all.limits.client_ids = orders + 1;
    all.limits.window = orders;
    for (AccountSettings& account : all.accounts)
        account.orders_max = ~std::uint32_t{0};
    for (SessionSettings& session : all.sessions)
        session.orders_max = ~std::uint32_t{0};
    const std::size_t before = resident_bytes();
    Run run;
    run.venue = std::make_unique<Venue>(all);
    run.deposit();
    std::mt19937_64 random{7};
    for (std::uint64_t number = 1; number <= orders; ++number) {
        NewOrder order;
        order.client_id = text_of('n', number);
        order.account = AccountId{static_cast<std::uint32_t>(number % accounts)};
        order.instrument = InstrumentId{static_cast<std::uint32_t>(random() % instruments)};
        order.side = random() % 2 == 0 ? Side::buy : Side::sell;
        const auto away = static_cast<std::int64_t>(1 + random() % 2'000);
        order.price = Price{order.side == Side::buy ? 100'000 - away : 100'000 + away};
        order.quantity = Quantity{1};
        Command command;
        command.envelope.session = SessionId{static_cast<std::uint32_t>(number % accounts) + 1};
        command.body = order;
        run.venue->execute(command, run.outcome);
    }
    const std::size_t taken = resident_bytes() - before;
    std::printf("%zu open orders: %.0f MB, %.0f bytes each\n", run.venue->open_orders(),
                static_cast<double>(taken) / 1e6,
                static_cast<double>(taken) / static_cast<double>(run.venue->open_orders()));
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    using namespace tickweir::bench;
    pin_to(0);
    if (argc > 1 && std::string{argv[1]} == "memory") {
        show_memory(5'000'000);
        return EXIT_SUCCESS;
    }
    const Trace trace = TraceMaker{{instruments, 100'000, operations}}.make();
    const auto fill = commands_of(trace.fill);
    const auto commands = commands_of(trace.operations);
    Run run;
    std::vector<Contender> contenders;
    std::vector<std::size_t> steps{0, 2, 4};
    if (argc > 1) steps = {std::strtoul(argv[1], nullptr, 10)};
    for (const std::size_t ahead : steps)
        contenders.push_back({"venue step, looking ahead by steps of " + std::to_string(ahead),
                              [&] {
                                  run.venue = std::make_unique<Venue>(settings());
                                  run.deposit();
                                  run.execute(fill, 0);
                                  run.fills = run.refused = run.events = 0;
                              },
                              [&, ahead] { run.execute(commands, ahead); }});
    measure(contenders, commands.size(), 3);
    print(contenders, 0);
    std::printf("%zu commands: %llu events, %llu fills (both sides), %llu refused, %zu open\n",
                commands.size(), static_cast<unsigned long long>(run.events),
                static_cast<unsigned long long>(run.fills),
                static_cast<unsigned long long>(run.refused), run.venue->open_orders());
    return EXIT_SUCCESS;
}
