// The whole step of a venue: ids, risk, holds, plan, settlement, books and reports, closed loop, on
// one thread, with 450 instruments and 100 accounts. The commands lie ready in memory. Arguments: a
// number, to look ahead by that only; `memory`, for what five million open orders take.
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "bench/matching_trace.hpp"
#include "bench/rounds.hpp"
#include "bench/venue_commands.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::bench {
namespace {

struct Run {
    std::unique_ptr<Venue> venue;
    Outcome outcome;
    std::uint64_t fills = 0;
    std::uint64_t refused = 0;
    std::uint64_t events = 0;

    void deposit() {
        for (const Command& command : deposits())
            venue->execute(command, outcome);
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
