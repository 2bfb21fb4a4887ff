// What it costs to write what a venue did as records of its log, and to read them back, by kinds of
// commands, in cache. The bytes of a record stand beside its time.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "bench/matching_trace.hpp"
#include "bench/micro.hpp"
#include "book/exact/wide.hpp"
#include "txn/record/command_record.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::bench {
namespace {

using namespace txn;

constexpr std::uint32_t accounts = 100;
constexpr std::size_t each = 256;  // records of a kind: their outcomes fit the cache

struct Executed {
    Command command;
    Outcome outcome;
};
using Sample = std::vector<Executed>;

VenueSettings settings() {
    VenueSettings all;
    all.assets = {{"USD", 6}, {"ACME", 0}};
    InstrumentSettings instrument;
    instrument.symbol = "ACME";
    instrument.base = AssetId{1};
    all.instruments.push_back(instrument);
    all.sessions.push_back({"operator", 0});
    for (std::uint32_t i = 0; i <= accounts; ++i) {
        all.accounts.push_back({"A" + std::to_string(i), 1'000'000, 0});
        all.sessions.push_back({"S" + std::to_string(i), 1'000'000});
    }
    all.fees = {.maker_millionths = 100, .taker_millionths = 300, .account = AccountId{accounts}};
    return all;
}

ClientOrderId text_of(char kind, std::uint64_t number) {
    std::array<char, 13> text;
    text.fill('0');
    text[0] = kind;
    std::array<char, 20> digits;
    const char* const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    const auto count = std::min<std::ptrdiff_t>(end - digits.data(), 12);
    std::copy(end - count, end, text.end() - count);
    return ClientOrderId{{text.data(), text.size()}};
}

/// Executes a trace, and passes visit(command, outcome) each.
void execute_trace(const std::function<void(const Command&, const Outcome&)>& visit) {
    Venue venue{settings()};
    Outcome outcome;
    Command command;
    command.envelope.time = TimeNs{std::chrono::seconds{1'700'000'000}};
    const auto execute = [&](SessionId session, CommandBody body) {
        command.envelope.session = session;
        command.envelope.time += std::chrono::nanoseconds{997};
        command.envelope.arrived = command.envelope.time - std::chrono::microseconds{15};
        ++command.envelope.sequence;
        command.body = std::move(body);
        venue.execute(command, outcome);
        visit(command, outcome);
    };
    for (std::uint32_t account = 0; account <= accounts; ++account)
        for (const std::uint32_t asset : {0U, 1U})
            execute(operator_session, Deposit{AccountId{account}, AssetId{asset},
                                              static_cast<Int128>(book::exact::power_of_ten(29))});
    const Trace trace = TraceMaker{{1, 10'000, 100'000}}.make();
    for (const auto& operations : {trace.fill, trace.operations})
        for (const Operation& op : operations) {
            const auto account = static_cast<std::uint32_t>(op.order % accounts);
            const SessionId session{account + 1};
            if (op.is_cancel) {
                execute(session, CancelOrder{text_of('c', op.order), text_of('n', op.order), {}});
                continue;
            }
            NewOrder order;
            order.client_id = text_of('n', op.order);
            order.account = AccountId{account};
            order.side = op.is_buy ? Side::buy : Side::sell;
            order.self_trade = SelfTrade::cancel_resting;
            order.price = Price{op.price};
            order.quantity = Quantity{op.quantity};
            execute(session, order);
            if (op.order % 16 != 0) continue;
            ReplaceOrder replace;
            replace.client_id = text_of('r', op.order);
            replace.original = order.client_id;
            replace.price = order.price;
            replace.quantity = Quantity{op.quantity + 1};
            execute(session, replace);
        }
}

struct Samples {
    Sample rests;
    Sample one_fill;
    Sample many_fills;
    Sample cancels;
    Sample replaces;
    Sample deposits;

    Samples() {
        execute_trace([this](const Command& command, const Outcome& outcome) {
            if (outcome.events.empty() || outcome.events[0].refusal != Refusal::none) return;
            Sample& sample = sample_of(command, outcome);
            if (sample.size() < each) sample.push_back({command, outcome});
        });
    }

private:
    Sample& sample_of(const Command& command, const Outcome& outcome) {
        const std::size_t events = outcome.events.size();
        if (std::holds_alternative<CancelOrder>(command.body)) return cancels;
        if (std::holds_alternative<ReplaceOrder>(command.body)) return replaces;
        if (std::holds_alternative<Deposit>(command.body)) return deposits;
        return events == 1 ? rests : events == 3 ? one_fill : many_fills;
    }
};

std::size_t encode(std::span<std::byte> into, const Executed& one) {
    return encode_record(into, one.command, one.outcome);
}

void show(benchmark::State& state, const Sample& sample) {
    std::array<std::byte, log::payload_bytes_max> memory;
    std::size_t bytes = 0;
    std::size_t events = 0;
    for (const Executed& one : sample) {
        bytes += encode(memory, one);
        events += one.outcome.events.size();
    }
    const auto count = static_cast<double>(sample.size());
    state.counters["bytes"] = static_cast<double>(bytes) / count;
    state.counters["events"] = static_cast<double>(events) / count;
    per_item(state, sample.size());
}

void write_records(benchmark::State& state, const Sample& sample) {
    std::array<std::byte, log::payload_bytes_max> memory;
    bool all_fit = true;
    for (auto _ : state)
        for (const Executed& one : sample) {
            all_fit &= encode(memory, one) != 0;
            benchmark::ClobberMemory();
        }
    expect(state, all_fit, true);
    show(state, sample);
}

std::vector<std::vector<std::byte>> records_of(const Sample& sample) {
    std::array<std::byte, log::payload_bytes_max> memory;
    std::vector<std::vector<std::byte>> records;
    for (const Executed& one : sample) {
        const std::size_t bytes = encode(memory, one);
        records.emplace_back(memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(bytes));
    }
    return records;
}

template <class Decode>
void read_records(benchmark::State& state, const Sample& sample, Decode&& decode) {
    const auto records = records_of(sample);
    DecodedCommand decoded;
    bool all_right = true;
    for (auto _ : state)
        for (const auto& record : records) {
            all_right &= decode(record, decoded).empty();
            benchmark::DoNotOptimize(decoded);
        }
    expect(state, all_right, true);
    show(state, sample);
}

void register_all() {
    static const Samples samples;
    const auto all = [](const std::string& name, const Sample& sample) {
        benchmark::RegisterBenchmark(("write/" + name).c_str(), [&](benchmark::State& state) {
            write_records(state, sample);
        });
        benchmark::RegisterBenchmark(("read/" + name).c_str(), [&](benchmark::State& state) {
            read_records(state, sample, decode_record);
        });
        benchmark::RegisterBenchmark(
            ("read the command/" + name).c_str(),
            [&](benchmark::State& state) { read_records(state, sample, decode_command); });
    };
    all("order that rests", samples.rests);
    all("order with one fill", samples.one_fill);
    all("order with several fills", samples.many_fills);
    all("cancel", samples.cancels);
    all("replace", samples.replaces);
    all("deposit", samples.deposits);
}

}  // namespace
}  // namespace tickweir::bench

int main(int argc, char** argv) {
    tickweir::bench::register_all();
    return tickweir::bench::run_micro(argc, argv);
}
