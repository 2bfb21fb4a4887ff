// What is published, as every client sees it at one moment. A view for the length of a call.
#pragma once

#include <cstdint>

#include "codecs/bytes.hpp"
#include "gateway/play/message_archive.hpp"

namespace tickweir::gateway {

struct PublishedSession {
    codecs::Alpha<10> name;
    const MessageArchive& archive;
    std::uint64_t published = 1;  ///< the first message that was not published yet
    bool over = false;            ///< nothing follows `published`
};

}  // namespace tickweir::gateway
