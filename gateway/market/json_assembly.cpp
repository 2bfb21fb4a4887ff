#include "gateway/market/json_assembly.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

JsonText split(std::string_view whole, std::size_t target_bytes) {
    return {whole.substr(0, target_bytes), whole.substr(target_bytes)};
}

}  // namespace

JsonAssembly::Status JsonAssembly::take(const JsonRecordHeader& header,
                                        std::span<const std::byte> record, JsonText& text) {
    const char* const bytes = reinterpret_cast<const char*>(record.data()) + sizeof header;
    if (header.whole()) {
        text = split({bytes, header.bytes}, header.target_bytes);
        return Status::whole;
    }
    if (header.offset == 0) dropping_ = !make_room(header.whole_bytes);
    if (!dropping_) {
        book::ensure(header.offset + header.bytes <= capacity_);
        std::memcpy(bytes_.get() + header.offset, bytes, header.bytes);
    }
    if (!header.last()) return Status::part;
    if (std::exchange(dropping_, false)) {
        ++dropped_;
        return Status::dropped;
    }
    std::memset(bytes_.get() + header.whole_bytes, 0, json_record_padding);
    text = split({bytes_.get(), header.whole_bytes}, header.target_bytes);
    return Status::whole;
}

bool JsonAssembly::make_room(std::size_t bytes) {
    if (bytes > bytes_max_) return false;
    if (bytes <= capacity_) return true;
    // A quarter more, so that snapshots that grow do not each bring new memory.
    const std::size_t capacity = std::min(std::bit_ceil(bytes / 4 + 1) + bytes, bytes_max_);
    book::Charge charge;
    if (budget_ != nullptr) {
        auto charged = budget_->charge(capacity + json_record_padding);
        if (!charged) return false;
        charge = *std::move(charged);
    }
    std::unique_ptr<char[]> memory{new (std::nothrow) char[capacity + json_record_padding]};
    if (!memory) return false;
    bytes_ = std::move(memory);
    capacity_ = capacity;
    charge_ = std::move(charge);
    return true;
}

}  // namespace tickweir::gateway
