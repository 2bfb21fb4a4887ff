// Request targets from anywhere: what is taken reads the same when it is encoded again, and what is
// refused names a byte of it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "book/ensure.hpp"
#include "gateway/serve/api/target.hpp"

namespace tickweir::gateway {
namespace {

using book::ensure;

void encode(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
}

std::string encoded(const Target& target) {
    std::string out;
    for (std::size_t i = 0; i < target.segment_count(); ++i) {
        out += '/';
        encode(out, target.segment(i));
    }
    if (out.empty()) out = "/";
    for (std::size_t i = 0; i < target.parameter_count(); ++i) {
        const std::string_view name = target.parameter_name(i);
        out += i == 0 ? '?' : '&';
        encode(out, name);
        out += '=';
        encode(out, target.parameter(name).value());
    }
    return out;
}

void check(std::string_view sent) {
    const TargetLimits limits;
    const auto parsed = Target::parse(sent, limits);
    if (const auto* error = std::get_if<TargetError>(&parsed)) {
        ensure(error->offset <= sent.size() && error->reason.size() < 512);
        ensure((error->status == 414) == (sent.size() > limits.bytes));
        return;
    }
    const auto& target = std::get<Target>(parsed);
    ensure(target.path().starts_with('/'));
    ensure(target.segment_count() <= limits.segments);
    ensure(target.parameter_count() <= limits.parameters);
    const std::string again = encoded(target);
    const auto reread = Target::parse(again, {.bytes = 65'535});
    ensure(std::holds_alternative<Target>(reread));
    ensure(encoded(std::get<Target>(reread)) == again);
}

}  // namespace
}  // namespace tickweir::gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    tickweir::gateway::check({reinterpret_cast<const char*>(data), length});
    return 0;
}
