// FIX messages: any fields in a frame that is right are what the naive twin says; as a log they are
// read without harm; groups and values of any of them, too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/fix/group.hpp"
#include "codecs/fix/log_text.hpp"
#include "codecs/fix/message.hpp"
#include "tests/codecs/fix/wire.hpp"
#include "tests/support/naive_fix.hpp"

namespace tickweir::codecs::fix {
namespace {

using book::ensure;

void check_values(const Message& message) {
    for (const Field& field : message.fields()) {
        const std::string_view value = message.value(field);
        (void)read_time(value);
        (void)read_date(value);
        const auto number = read_int(value);
        if (number) ensure(read_decimal(value).value == Decimal{*number, 0});
        Group group{message.view(), {.count = field.tag}};
        std::size_t entries = 0;
        while (const auto entry = group.next()) {
            ensure(!entry->fields().empty());
            ++entries;
        }
        ensure(entries == group.size());
    }
}

void check_message(std::string_view body) {
    static Message message;
    static Message plain;
    const std::string bytes = framed("35=" + std::string{body});
    const std::vector<char> exact(bytes.begin(), bytes.end());
    const std::string_view input{exact.data(), exact.size()};
    const auto expected = tests::naive_message(bytes);
    const Frame frame = message.read(input);
    ensure(plain.read_plainly(input) == frame && plain.fault() == message.fault());
    ensure(std::ranges::equal(message.fields(), plain.fields()));
    const bool taken = frame.status == FrameStatus::whole && message.fault() == MessageFault::none;
    ensure(taken == expected.has_value());
    if (taken) {
        ensure(fields_of(message) == *expected);
        ensure(message.index(input) == MessageFault::none);
    }
    check_values(message);
}

void check_log(std::string_view bytes) {
    static LogReader reader;
    const std::vector<char> exact(bytes.begin(), bytes.end());
    std::string_view text{exact.data(), exact.size()};
    for (;;) {
        const LogEntry entry = reader.next(text);
        ensure(entry.begin <= text.size() && entry.bytes <= text.size() &&
               entry.fault_at <= text.size());
        if (entry.status == LogStatus::end) break;
        ensure(entry.status != LogStatus::partial && entry.bytes != 0);
        if (entry.status == LogStatus::message) check_values(reader.message());
        text.remove_prefix(entry.bytes);
    }
}

}  // namespace
}  // namespace tickweir::codecs::fix

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    using namespace tickweir::codecs::fix;
    const std::string_view bytes{reinterpret_cast<const char*>(data), length};
    if (length < 60'000) check_message(bytes);
    check_log(bytes);
    return 0;
}
