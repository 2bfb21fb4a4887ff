// Any bytes as a record of the venue's log: refused with a place, or a command and effects that are
// written again as the same bytes, and that can be told as text and compared.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "book/ensure.hpp"
#include "txn/record/command_record.hpp"

using tickweir::book::ensure;
using namespace tickweir::txn;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes payload = std::as_bytes(std::span{data, size});
    DecodedCommand decoded;
    if (const std::string fault = decode_record(payload, decoded); !fault.empty()) {
        ensure(fault.starts_with("byte "));
        if (decode_command(payload, decoded).empty())
            ensure(!effects_text(decoded.command, decoded.effects).empty());
        return 0;
    }
    Outcome outcome;
    ensure(decode_effects(decoded.command, decoded.effects, outcome.events).empty());
    std::vector<std::byte> again(size);
    ensure(encode_record(again, decoded.command, outcome) == size);
    ensure(std::equal(again.begin(), again.end(), payload.begin()));
    ensure(!command_text(decoded.command).empty());
    ensure(effects_text(decoded.command, decoded.effects).empty() == outcome.events.empty());
    ensure(first_difference(decoded.command, decoded.effects, decoded.effects).empty());
    if (outcome.events.empty()) return 0;
    outcome.events.pop_back();
    const std::size_t fewer = encode_effects(again, decoded.command, outcome);
    ensure(!first_difference(decoded.command, decoded.effects, Bytes{again}.first(fewer)).empty());
    return 0;
}
