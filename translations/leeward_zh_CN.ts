<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>FoldTitle</name>
    <message>
        <source>Close %1</source>
        <translation>收起%1</translation>
    </message>
    <message>
        <source>Open %1</source>
        <translation>展开%1</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Layers</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Base map</source>
        <translation>底图</translation>
    </message>
    <message>
        <source>As the theme</source>
        <translation>随界面</translation>
    </message>
    <message>
        <source>Streets</source>
        <translation>街道</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>夜间</translation>
    </message>
    <message>
        <source>Terrain</source>
        <translation>地形</translation>
    </message>
</context>
<context>
    <name>LegendPanel</name>
    <message>
        <source>Legend</source>
        <translation>图例</translation>
    </message>
</context>
<context>
    <name>NorthArrow</name>
    <message>
        <source>North. Press to turn the map north up</source>
        <translation>指北针。按下后地图正北朝上</translation>
    </message>
    <message>
        <source>N</source>
        <comment>north</comment>
        <translation>北</translation>
    </message>
</context>
<context>
    <name>ScaleBar</name>
    <message>
        <source>Scale: %1</source>
        <translation>比例尺：%1</translation>
    </message>
    <message>
        <source>%1 km</source>
        <translation>%1公里</translation>
    </message>
    <message>
        <source>%1 m</source>
        <translation>%1米</translation>
    </message>
</context>
<context>
    <name>Scene</name>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>No base map</source>
        <translation>无底图</translation>
    </message>
    <message>
        <source>No graphics acceleration</source>
        <translation>无图形加速</translation>
    </message>
    <message>
        <source>This machine offers no OpenGL. The map is drawn by the processor; moving it is slower.</source>
        <translation>本机没有 OpenGL，地图由处理器绘制，移动较慢。</translation>
    </message>
    <message>
        <source>Pick a place</source>
        <translation>选点</translation>
    </message>
    <message>
        <source>Click the place on the map. Esc cancels.</source>
        <translation>点击地图上的位置。按 Esc 取消。</translation>
    </message>
</context>
<context>
    <name>leeward::view::MapView</name>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>The map cannot be shown: %1

Lists, cards and orders work without it.</source>
        <translation>地图无法显示：%1

列表、详情卡和指令不受影响。</translation>
    </message>
    <message>
        <source>The address of the tile service, %1, is not on this machine.</source>
        <translation>瓦片服务地址 %1 不在本机。</translation>
    </message>
    <message>
        <source>The tile service does not answer: %1</source>
        <translation>瓦片服务没有应答：%1</translation>
    </message>
    <message>
        <source>The tile service does not offer a street map on this machine.</source>
        <translation>本机的瓦片服务没有街道图。</translation>
    </message>
    <message>
        <source>No base map has been imported. Units and places are drawn on empty ground.</source>
        <translation>尚未导入底图，队伍和场所绘在空白背景上。</translation>
    </message>
    <message>
        <source>base map of %1</source>
        <translation>底图日期 %1</translation>
    </message>
    <message>
        <source>No review number</source>
        <extracomment>the number under which the authority has reviewed a map for publication</extracomment>
        <translation>无审图号</translation>
    </message>
    <message>
        <source>Review number: none (fictional)</source>
        <translation>审图号：无（虚构）</translation>
    </message>
    <message>
        <source>Review number: %1</source>
        <translation>审图号：%1</translation>
    </message>
</context>
<context>
    <name>leeward::view::SymbolWords</name>
    <message numerus="yes">
        <source>%n places or units, mostly: %1</source>
        <translation>
            <numerusform>%n个场所或队伍，多为：%1</numerusform>
        </translation>
    </message>
    <message>
        <source>Flood</source>
        <translation>洪涝</translation>
    </message>
    <message>
        <source>Typhoon or rainstorm</source>
        <translation>台风暴雨</translation>
    </message>
    <message>
        <source>Fire</source>
        <translation>火灾</translation>
    </message>
    <message>
        <source>Landslide or other geological incident</source>
        <translation>滑坡等地质灾害</translation>
    </message>
    <message>
        <source>Traffic or other accident</source>
        <translation>交通等事故</translation>
    </message>
    <message>
        <source>Other incident</source>
        <translation>其他事件</translation>
    </message>
    <message>
        <source>Fire and rescue team</source>
        <translation>消防救援队</translation>
    </message>
    <message>
        <source>Flood and water rescue team</source>
        <translation>防汛水上救援队</translation>
    </message>
    <message>
        <source>Medical team</source>
        <translation>医疗救护队</translation>
    </message>
    <message>
        <source>Engineering team</source>
        <translation>工程抢修队</translation>
    </message>
    <message>
        <source>Mountain and land rescue team</source>
        <translation>山地搜救队</translation>
    </message>
    <message>
        <source>Social or volunteer team</source>
        <translation>社会应急力量</translation>
    </message>
    <message>
        <source>Army or militia team</source>
        <translation>军队民兵</translation>
    </message>
    <message>
        <source>Experts</source>
        <translation>专家组</translation>
    </message>
    <message>
        <source>General rescue team</source>
        <translation>综合救援队</translation>
    </message>
    <message>
        <source>Station</source>
        <translation>救援站</translation>
    </message>
    <message>
        <source>Shelter</source>
        <translation>避难场所</translation>
    </message>
    <message>
        <source>Helicopter landing point</source>
        <translation>直升机起降点</translation>
    </message>
    <message>
        <source>Supply depot</source>
        <translation>应急物资库</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>监控点</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>available</source>
        <translation>待命</translation>
    </message>
    <message>
        <source>en route</source>
        <translation>途中</translation>
    </message>
    <message>
        <source>on scene</source>
        <translation>在场</translation>
    </message>
    <message>
        <source>busy</source>
        <translation>执行任务</translation>
    </message>
    <message>
        <source>off duty</source>
        <translation>休整</translation>
    </message>
    <message>
        <source>lost contact</source>
        <translation>失联</translation>
    </message>
    <message>
        <source>on standby</source>
        <translation>待用</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>开启中</translation>
    </message>
    <message>
        <source>open</source>
        <translation>开放</translation>
    </message>
    <message>
        <source>nearly full</source>
        <translation>将满</translation>
    </message>
    <message>
        <source>full</source>
        <translation>已满</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>受损</translation>
    </message>
    <message>
        <source>usable</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>not usable</source>
        <translation>不可用</translation>
    </message>
    <message>
        <source>reported</source>
        <translation>接报</translation>
    </message>
    <message>
        <source>in response</source>
        <translation>响应中</translation>
    </message>
    <message>
        <source>under control</source>
        <translation>受控</translation>
    </message>
    <message>
        <source>ended</source>
        <translation>已结束</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>not yet accepted by the centre</source>
        <translation>中心尚未收下</translation>
    </message>
    <message>
        <source>rejected by the centre</source>
        <translation>被中心拒绝</translation>
    </message>
    <message>
        <source>conflict to be settled</source>
        <translation>冲突待裁决</translation>
    </message>
    <message>
        <source>Stations</source>
        <translation>救援站</translation>
    </message>
    <message>
        <source>Depots</source>
        <translation>物资库</translation>
    </message>
    <message>
        <source>Landing points</source>
        <translation>起降点</translation>
    </message>
    <message>
        <source>Shelters</source>
        <translation>避难场所</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>监控点</translation>
    </message>
    <message>
        <source>Others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>队伍</translation>
    </message>
    <message>
        <source>Incidents</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>level %1</source>
        <translation>%1级</translation>
    </message>
    <message>
        <source>Landing point not usable</source>
        <translation>起降点不可用</translation>
    </message>
    <message>
        <source>Level of an incident</source>
        <translation>事件等级</translation>
    </message>
    <message>
        <source>State of an incident</source>
        <translation>事件状态</translation>
    </message>
    <message>
        <source>State of a team</source>
        <translation>队伍状态</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>场所</translation>
    </message>
    <message>
        <source>State of a shelter</source>
        <translation>避难场所状态</translation>
    </message>
    <message>
        <source>Signs</source>
        <translation>角标</translation>
    </message>
    <message>
        <source>Vehicle</source>
        <translation>车辆</translation>
    </message>
    <message>
        <source>Boat</source>
        <translation>船艇</translation>
    </message>
    <message>
        <source>Helicopter</source>
        <translation>直升机</translation>
    </message>
    <message>
        <source>Person with a tracker</source>
        <translation>带定位的人员</translation>
    </message>
    <message>
        <source>Vehicles, boats, helicopters</source>
        <translation>车、船、直升机</translation>
    </message>
    <message>
        <source>On the move</source>
        <translation>移动目标</translation>
    </message>
</context>
<context>
    <name>leeward::widgets</name>
    <message>
        <source>No coordinates in any known notation</source>
        <translation>不是任何已知格式的坐标</translation>
    </message>
    <message>
        <source>Read as %1, longitude first</source>
        <translation>读作 %1（经度在前）</translation>
    </message>
    <message>
        <source>Read as %1</source>
        <translation>读作 %1</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>正在写入：%1……</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>已保存：%1</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::AssignmentActions</name>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>%1 has ended; there is no next step.</source>
        <translation>%1已结束，没有下一步。</translation>
    </message>
    <message>
        <source>%1 diverted to incident %2</source>
        <translation>%1已改派到事件%2</translation>
    </message>
    <message>
        <source>%1 handed over to %2</source>
        <translation>%1已交接给%2</translation>
    </message>
    <message>
        <source>%1: last step taken back, now %2</source>
        <translation>%1：已撤销上一步，现为“%2”</translation>
    </message>
    <message>
        <source>%1 flagged: %2</source>
        <translation>%1已标记“%2”</translation>
    </message>
    <message>
        <source>%1: flag lifted: %2</source>
        <translation>%1已解除标记“%2”</translation>
    </message>
    <message>
        <source>%1 ordered to incident %2</source>
        <translation>%1已派往事件%2</translation>
    </message>
    <message>
        <source>%1 proposed for incident %2</source>
        <translation>%1已拟派到事件%2</translation>
    </message>
    <message>
        <source>Take back the last step</source>
        <translation>撤销上一步</translation>
    </message>
    <message>
        <source>Print the order</source>
        <translation>打印调派指令</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::AssignmentRows</name>
    <message>
        <source>No team is out for this. Enter opens the recommendation.</source>
        <translation>尚未派出队伍。按 Enter 查看推荐队伍。</translation>
    </message>
    <message>
        <source>No open assignment.</source>
        <translation>没有未结任务。</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>due %1</source>
        <translation>应到%1</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>All steps of %1</source>
        <translation>%1的全部步骤</translation>
    </message>
    <message>
        <source>All steps</source>
        <translation>全部步骤</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::BoardPanel</name>
    <message>
        <source>Board of open tasks</source>
        <translation>未结任务看板</translation>
    </message>
    <message>
        <source>Enter or N: next step · M: all steps · U: take back · P: print the order</source>
        <translation>Enter 或 N：下一步 · M：全部步骤 · U：撤销 · P：打印指令</translation>
    </message>
    <message>
        <source>Open tasks by state</source>
        <translation>各状态未结任务数</translation>
    </message>
    <message>
        <source>No open tasks.
Order teams from an incident&apos;s recommendation, or type &quot;dispatch 7 3,5&quot; after Ctrl+K.</source>
        <translation>没有未结任务。
请从事件的推荐队伍中下达指令，或按 Ctrl+K 后输入“派遣 7 3,5”。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::Card</name>
    <message>
        <source>overdue</source>
        <translation>超时</translation>
    </message>
    <message>
        <source>Changed %1 ago by %2</source>
        <translation>%2于%1前修改</translation>
    </message>
    <message>
        <source>✎ %1 %2 is editing · %3</source>
        <extracomment>%1 person, %2 desk, %3 for how long</extracomment>
        <translation>✎ %1 %2 正在编辑 · %3</translation>
    </message>
    <message>
        <source>○ %1 %2 is looking · %3</source>
        <translation>○ %1 %2 正在查看 · %3</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::CardColumn</name>
    <message>
        <source>Nothing is selected.

Choose a row in the list, a symbol on the map or a line of the board, and its card is shown here.

Ctrl+N registers an incident, Ctrl+K finds anything.</source>
        <translation>尚未选择对象。

在列表、地图或任务看板中选择一项，这里显示其详情卡。

Ctrl+N 登记事件，Ctrl+K 查找一切。</translation>
    </message>
    <message>
        <source>Not yet sent</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the queue</source>
        <translation>关闭待发送列表</translation>
    </message>
    <message>
        <source>Some of what came does not fit here; it waits in the queue.</source>
        <translation>收到的内容中有与本厅不符的，在待发队列中等待决定。</translation>
    </message>
    <message>
        <source>Packages on a stick</source>
        <translation>U盘数据包</translation>
    </message>
    <message>
        <source>Close the packages</source>
        <translation>关闭数据包</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::CommandLine</name>
    <message>
        <source>coordinates, read as longitude, latitude</source>
        <translation>坐标，按经度、纬度读取</translation>
    </message>
    <message>
        <source>coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>No place and no row is called &quot;%1&quot;.</source>
        <translation>没有名为“%1”的地点或记录。</translation>
    </message>
    <message>
        <source>Search or command  (Ctrl+K)</source>
        <translation>搜索或命令（Ctrl+K）</translation>
    </message>
    <message>
        <source>Search or command</source>
        <translation>搜索或命令</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message>
        <source>Anything by name, code, pinyin, phone or coordinates; or a command such as dispatch 7 3,5</source>
        <translation>可按名称、编号、拼音、电话或坐标查找；也可输入命令，如：派遣 7 3,5</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ConflictBox</name>
    <message>
        <source>Write mine anyway</source>
        <translation>仍按本席写入</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>保留对方</translation>
    </message>
    <message>
        <source>As you saw it</source>
        <translation>原值</translation>
    </message>
    <message>
        <source>Yours</source>
        <translation>本席</translation>
    </message>
    <message>
        <source>Now there</source>
        <translation>现值</translation>
    </message>
    <message>
        <source>“%1” was changed meanwhile.</source>
        <translation>“%1”已被他人修改。</translation>
    </message>
    <message>
        <source>“%1” was changed meanwhile by %2 at %3.</source>
        <translation>“%1”已由%2于%3修改。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ConflictSides</name>
    <message>
        <source>mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>theirs</source>
        <translation>对方的</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>原来</translation>
    </message>
    <message>
        <source>Mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>Theirs</source>
        <translation>对方的</translation>
    </message>
    <message>
        <source>Theirs by</source>
        <translation>对方是谁</translation>
    </message>
    <message>
        <source>Stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Before, mine and theirs</source>
        <translation>原来、我的、对方的</translation>
    </message>
    <message>
        <source>Space turns a row · M: mine · T: theirs · Enter: save the choice</source>
        <translation>空格换边 · M：我的 · T：对方的 · Enter：保存选择</translation>
    </message>
    <message>
        <source>theirs: %1 · %2 · %3</source>
        <extracomment>%1 person, %2 desk, %3 time</extracomment>
        <translation>对方：%1 · %2 · %3</translation>
    </message>
    <message>
        <source>saved along</source>
        <translation>一并保存</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::FactList</name>
    <message>
        <source>F2 or double click to change</source>
        <translation>按 F2 或双击修改</translation>
    </message>
    <message>
        <source>%1 changed.</source>
        <translation>“%1”已修改。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::HeaderBar</name>
    <message>
        <source>LIVE</source>
        <translation>实战</translation>
    </message>
    <message>
        <source>Realm</source>
        <translation>运行模式</translation>
    </message>
    <message>
        <source>No response in force</source>
        <translation>未启动响应</translation>
    </message>
    <message>
        <source>Response level %1</source>
        <translation>%1级响应</translation>
    </message>
    <message>
        <source>The response level this desk shows</source>
        <translation>本席位显示的响应级别</translation>
    </message>
    <message>
        <source>Warnings ▲%1</source>
        <extracomment>▲ and the number of warnings in force</extracomment>
        <translation>预警 ▲%1</translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s) in force</source>
        <translation>
            <numerusform>%n条预警生效中</numerusform>
        </translation>
    </message>
    <message>
        <source>Time of the city</source>
        <translation>本市时间</translation>
    </message>
    <message>
        <source>Desk and user</source>
        <translation>席位和值班员</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>Main menu</source>
        <translation>主菜单</translation>
    </message>
    <message>
        <source>Main menu (Alt+M)</source>
        <translation>主菜单（Alt+M）</translation>
    </message>
    <message numerus="yes">
        <source>◆ %n to settle</source>
        <translation>
            <numerusform>◆ %n项待裁决</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>◐ %n pending</source>
        <translation>
            <numerusform>◐ %n项待发送</numerusform>
        </translation>
    </message>
    <message>
        <source>● all sent</source>
        <translation>● 已全部发送</translation>
    </message>
    <message>
        <source>What this desk has not yet sent, and what waits for a decision</source>
        <translation>本席位待发送和待裁决的操作</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ImportPane</name>
    <message>
        <source>Import a file</source>
        <translation>导入文件</translation>
    </message>
    <message>
        <source>Tables and maps (*.csv *.tsv *.txt *.geojson *.json *.gpkg *.kml *.shp)</source>
        <translation>表格和地图文件 (*.csv *.tsv *.txt *.geojson *.json *.gpkg *.kml *.shp)</translation>
    </message>
    <message>
        <source>Stopped. Nothing was changed.</source>
        <translation>已停止，未作任何改动。</translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n row(s) can come in.</source>
        <translation>
            <numerusform>共%n行，可导入%1行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not coming in:</source>
        <translation>不能导入：</translation>
    </message>
    <message>
        <source>Mind:</source>
        <translation>注意：</translation>
    </message>
    <message>
        <source>Columns used:</source>
        <translation>已识别的列：</translation>
    </message>
    <message>
        <source>Columns not used:</source>
        <translation>未使用的列：</translation>
    </message>
    <message numerus="yes">
        <source>Bring in %n row(s)</source>
        <translation>
            <numerusform>导入%n行</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) brought in from %1.</source>
        <translation>
            <numerusform>已从%1导入%n行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取……</translation>
    </message>
    <message>
        <source>Import into a register</source>
        <translation>导入台账</translation>
    </message>
    <message>
        <source>Rows whose code is there already are changed, others are added. Nothing is written before you press the last button.</source>
        <translation>编号已存在的行将被更新，其余的新增。按下最后的按钮之前不写入任何内容。</translation>
    </message>
    <message>
        <source>Register</source>
        <translation>台账</translation>
    </message>
    <message>
        <source>Coordinates are WGS 84 or CGCS2000</source>
        <translation>坐标系：WGS 84 或 CGCS2000</translation>
    </message>
    <message>
        <source>Coordinates are GCJ-02 (public maps)</source>
        <translation>坐标系：GCJ-02（互联网地图）</translation>
    </message>
    <message>
        <source>Coordinates are BD-09 (Baidu)</source>
        <translation>坐标系：BD-09（百度）</translation>
    </message>
    <message>
        <source>Datum of the coordinates</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop reading</source>
        <translation>停止读取</translation>
    </message>
    <message>
        <source>What comes in and what not</source>
        <translation>导入预览</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Bring in</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Bring the rows in</source>
        <translation>导入这些行</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the import</source>
        <translation>关闭导入</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::IncidentCard</name>
    <message>
        <source>Set to %1</source>
        <translation>转为“%1”</translation>
    </message>
    <message>
        <source>Asks for a reason</source>
        <translation>须填写原因</translation>
    </message>
    <message>
        <source>Incident set to %1.</source>
        <translation>事件已转为“%1”。</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>并案</translation>
    </message>
    <message>
        <source>Number of the incident that stays:</source>
        <translation>并入的事件编号：</translation>
    </message>
    <message>
        <source>Reason:</source>
        <translation>原因：</translation>
    </message>
    <message>
        <source>There is no other incident with the number %1.</source>
        <translation>没有编号为%1的其他事件。</translation>
    </message>
    <message>
        <source>Same as incident %1</source>
        <translation>与事件%1为同一事件</translation>
    </message>
    <message>
        <source>Merged into incident %1.</source>
        <translation>已并入事件%1。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>What is to be kept on record:</source>
        <translation>记录内容：</translation>
    </message>
    <message>
        <source>Note kept.</source>
        <translation>备注已记录。</translation>
    </message>
    <message>
        <source>Print the record</source>
        <translation>打印处置记录</translation>
    </message>
    <message>
        <source>Note …</source>
        <translation>备注…</translation>
    </message>
    <message>
        <source>Add a note</source>
        <translation>添加备注</translation>
    </message>
    <message>
        <source>Print record …</source>
        <translation>打印记录…</translation>
    </message>
    <message>
        <source>Print the record of the incident</source>
        <translation>打印事件处置记录</translation>
    </message>
    <message>
        <source>Assignments</source>
        <translation>调派任务</translation>
    </message>
    <message>
        <source>Who should go</source>
        <translation>推荐队伍</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>基本信息</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Timeline</source>
        <translation>处置过程</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::IncidentForm</name>
    <message>
        <source>type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Still needed: %1.</source>
        <translation>还需填写：%1。</translation>
    </message>
    <message>
        <source>The coordinates can not be read.</source>
        <translation>坐标无法识别。</translation>
    </message>
    <message>
        <source>Without a place no recommendation can be made; it can be added later.</source>
        <translation>没有地点就不能推荐队伍；地点可稍后补充。</translation>
    </message>
    <message>
        <source>Incident registered: %1</source>
        <translation>已登记事件：%1</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>New incident</source>
        <translation>登记事件</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>地点</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>People at risk</source>
        <translation>受威胁人数</translation>
    </message>
    <message>
        <source>Situation</source>
        <translation>情况</translation>
    </message>
    <message>
        <source>Caller</source>
        <translation>报告人</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>电话</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>事件等级</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>力量需求</translation>
    </message>
    <message>
        <source>Places found</source>
        <translation>找到的地点</translation>
    </message>
    <message>
        <source>Name of a place, or an address</source>
        <translation>地名或地址</translation>
    </message>
    <message>
        <source>Any notation</source>
        <translation>任意格式</translation>
    </message>
    <message>
        <source>Pick</source>
        <translation>选点</translation>
    </message>
    <message>
        <source>Pick the place on the map</source>
        <translation>在地图上选点</translation>
    </message>
    <message>
        <source>Register (Ctrl+Enter)</source>
        <translation>登记（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Register the incident</source>
        <translation>登记事件</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>稍后</translation>
    </message>
    <message>
        <source>Esc keeps the draft, Ctrl+N brings it back</source>
        <translation>Esc 保留草稿，Ctrl+N 取回</translation>
    </message>
    <message>
        <source>Keep the draft for later</source>
        <translation>保留草稿，稍后填写</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Discard the draft</source>
        <translation>放弃草稿</translation>
    </message>
    <message>
        <source>No capability has this name: %1</source>
        <translation>没有这种能力：%1</translation>
    </message>
    <message>
        <source>e.g. water rescue 1, pumping 2</source>
        <translation>如：水上搜救 1、排涝 2</translation>
    </message>
    <message>
        <source>Add what is needed</source>
        <translation>添加力量需求</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::LinkBanner</name>
    <message>
        <source>Sign in</source>
        <translation>登录</translation>
    </message>
    <message>
        <source>Sign in at the server</source>
        <translation>到服务器登录</translation>
    </message>
    <message>
        <source>Try now</source>
        <translation>立即重试</translation>
    </message>
    <message>
        <source>Try the server now</source>
        <translation>立即重试服务器</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>队列</translation>
    </message>
    <message>
        <source>What waits for the server; can be exported</source>
        <translation>待上报的操作，可以导出</translation>
    </message>
    <message>
        <source>Load whole copy</source>
        <translation>装入完整副本</translation>
    </message>
    <message>
        <source>Load a whole copy of the realm from the server</source>
        <translation>从服务器装入本域的完整副本</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::ListPane</name>
    <message>
        <source>Filter: name, code, pinyin</source>
        <translation>筛选：名称、编号、拼音</translation>
    </message>
    <message>
        <source>Filter the list</source>
        <translation>筛选列表</translation>
    </message>
    <message>
        <source>Show by state</source>
        <translation>按状态显示</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>New incident (Ctrl+N)</source>
        <translation>登记事件（Ctrl+N）</translation>
    </message>
    <message>
        <source>New record</source>
        <translation>新增记录</translation>
    </message>
    <message>
        <source>Reading …</source>
        <translation>正在读取……</translation>
    </message>
    <message>
        <source>Nothing fits the filter. Esc shows everything again.</source>
        <translation>没有符合筛选的记录。按 Esc 显示全部。</translation>
    </message>
    <message>
        <source>Here you see every incident of this hall.

Register one with Ctrl+N, or type “new” in the command field (Ctrl+K).</source>
        <translation>这里显示本指挥大厅的全部事件。

按 Ctrl+N 登记，或在命令栏（Ctrl+K）输入“新建”。</translation>
    </message>
    <message>
        <source>Here you see the register %1.

Bring it in with Data ▸ Import … (CSV, GeoJSON or GeoPackage), or add records one by one with New.</source>
        <translation>这里显示%1台账。

用“数据 ▸ 导入…”导入（CSV、GeoJSON 或 GeoPackage），或用“新增”逐条添加。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>共%n条</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 of %n row(s)</source>
        <translation>
            <numerusform>共%n条，显示%1条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::LogPanel</name>
    <message>
        <source>pending</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>to be settled</source>
        <translation>待裁决</translation>
    </message>
    <message>
        <source>Written down at %1</source>
        <translation>记录于%1</translation>
    </message>
    <message>
        <source>Nothing has been written yet. Every operation of every desk is listed here.</source>
        <translation>尚无记录。各席位的每一步操作都列在这里。</translation>
    </message>
    <message>
        <source>%1 entries, newest first</source>
        <translation>共%1条，最新在前</translation>
    </message>
    <message>
        <source>%1 of %2 entries shown</source>
        <translation>共%2条，显示%1条</translation>
    </message>
    <message>
        <source>Filter by person, desk, team, order number …</source>
        <translation>按人员、席位、队伍、指令号筛选…</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>筛选日志</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Desk</source>
        <translation>席位</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Journal</source>
        <translation>操作日志</translation>
    </message>
    <message>
        <source>Older entries</source>
        <translation>更早的记录</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::MainWindow</name>
    <message>
        <source>The records can not be read: %1</source>
        <translation>无法读取记录：%1</translation>
    </message>
    <message numerus="yes">
        <source>%n assignment(s) have become overdue.</source>
        <translation>
            <numerusform>%n项任务已超时。</numerusform>
        </translation>
    </message>
    <message>
        <source>Leeward</source>
        <translation>避风</translation>
    </message>
    <message>
        <source>Leeward · %1</source>
        <translation>避风 · %1</translation>
    </message>
    <message>
        <source>New incident	Ctrl+N</source>
        <translation>登记事件	Ctrl+N</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Import …</source>
        <translation>导入…</translation>
    </message>
    <message>
        <source>Export %1 …</source>
        <translation>导出%1…</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Wall view</source>
        <translation>大屏</translation>
    </message>
    <message>
        <source>Dark, for the hall at night</source>
        <translation>深色（夜间大厅）</translation>
    </message>
    <message>
        <source>Light, for day and print</source>
        <translation>浅色（白天和打印）</translation>
    </message>
    <message>
        <source>Not yet sent</source>
        <translation>待发送</translation>
    </message>
    <message>
        <source>Close the console</source>
        <translation>关闭控制台</translation>
    </message>
    <message>
        <source>Choose an incident first.</source>
        <translation>请先选择事件。</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出%1</translation>
    </message>
    <message>
        <source>Tables and maps (*.csv *.geojson *.gpkg)</source>
        <translation>表格和地图文件 (*.csv *.geojson *.gpkg)</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>已保存：%1</translation>
    </message>
    <message>
        <source>Choose an assignment on the board first.</source>
        <translation>请先在看板上选择任务。</translation>
    </message>
    <message>
        <source>Print the order</source>
        <translation>打印调派指令</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账号</translation>
    </message>
    <message>
        <source>Sign in …</source>
        <translation>登录…</translation>
    </message>
    <message>
        <source>Hand the desk over …</source>
        <translation>交接席位…</translation>
    </message>
    <message>
        <source>Sign out</source>
        <translation>退出登录</translation>
    </message>
    <message>
        <source>Try the server now</source>
        <translation>立即重试服务器</translation>
    </message>
    <message>
        <source>Packages on a stick …</source>
        <translation>U盘数据包…</translation>
    </message>
    <message>
        <source>This console only looks on: packages are for the one that has the file.</source>
        <translation>本控制台只读，数据包请在持有文件的控制台上办理。</translation>
    </message>
    <message>
        <source>Load whole copy …</source>
        <translation>装入完整副本…</translation>
    </message>
    <message>
        <source>This desk works stand-alone: there is no server to load from.</source>
        <translation>本席位单机运行，没有服务器可供装入。</translation>
    </message>
    <message>
        <source>A whole copy is needed, but the server can not be asked for it now.</source>
        <translation>需要完整副本，但现在联系不上服务器。</translation>
    </message>
    <message>
        <source>No whole copy is needed: what is missing here comes by itself.</source>
        <translation>不需要完整副本：缺少的内容会自动补齐。</translation>
    </message>
    <message>
        <source>Change my password …</source>
        <translation>修改口令…</translation>
    </message>
    <message>
        <source>This desk works stand-alone: nobody signs in, so there is no password.</source>
        <translation>本席位单机运行，不用登录，没有口令。</translation>
    </message>
    <message>
        <source>Nobody is signed in at this desk: sign in first.</source>
        <translation>本席位没有人登录，请先登录。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::MapPane</name>
    <message>
        <source>The map can not be drawn: %1</source>
        <translation>地图无法绘制：%1</translation>
    </message>
    <message>
        <source>What is selected has no place yet.</source>
        <translation>所选对象尚无位置。</translation>
    </message>
    <message>
        <source>All incidents</source>
        <translation>全部事件</translation>
    </message>
    <message>
        <source>Show all open incidents on the map (Ctrl+0)</source>
        <translation>在地图上显示全部未结事件（Ctrl+0）</translation>
    </message>
    <message>
        <source>Go to selected</source>
        <translation>转到所选</translation>
    </message>
    <message>
        <source>Move the map to what is selected (Ctrl+G)</source>
        <translation>把地图移到所选对象（Ctrl+G）</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>跟随</translation>
    </message>
    <message>
        <source>Keep the selected in the middle until the map is moved by hand</source>
        <translation>所选对象保持居中，直到手动移动地图</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Click the place; Esc cancels</source>
        <translation>点击位置；Esc 取消</translation>
    </message>
    <message>
        <source>%1: %2; it belongs to no team.</source>
        <translation>%1：%2；不属于任何队伍。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::Notices</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Dismiss the message</source>
        <translation>关闭消息</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>另有%n条</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>leeward::widgets::PackagePanel</name>
    <message>
        <source>This hall&apos;s card is being made …</source>
        <translation>正在生成本厅名片…</translation>
    </message>
    <message>
        <source>This hall: %1
fingerprint %2</source>
        <translation>本厅：%1
指纹 %2</translation>
    </message>
    <message>
        <source>%1 · %2 …</source>
        <translation>%1 · %2…</translation>
    </message>
    <message>
        <source>No hall is known yet. Add the card (*.leewardkey) that the other hall has given out.</source>
        <translation>还没有其他指挥厅。请加入对方导出的名片（*.leewardkey）。</translation>
    </message>
    <message>
        <source>For these halls (Space ticks):</source>
        <translation>封给这些指挥厅（空格勾选）：</translation>
    </message>
    <message>
        <source>Tick a hall, or set a pass-phrase of at least %1 characters.</source>
        <translation>请勾选指挥厅，或设置至少%1个字符的口令。</translation>
    </message>
    <message>
        <source>Give out this hall&apos;s card</source>
        <translation>导出本厅名片</translation>
    </message>
    <message>
        <source>Cards of halls (*.leewardkey)</source>
        <translation>指挥厅名片 (*.leewardkey)</translation>
    </message>
    <message>
        <source>✓ Written: %1. Whoever gets it compares the fingerprint with you by radio or telephone.</source>
        <translation>✓ 已写出：%1。请收到的一方用电台或电话与您核对指纹。</translation>
    </message>
    <message>
        <source>Add the card of another hall</source>
        <translation>加入其他指挥厅的名片</translation>
    </message>
    <message>
        <source>Trust this hall?</source>
        <translation>信任这个指挥厅？</translation>
    </message>
    <message>
        <source>%1
%2

Have the other hall read its fingerprint aloud by radio or telephone. Packages that it seals will be taken here.</source>
        <translation>%1
%2

请对方用电台或电话念出指纹并核对。此后对方封存的数据包将在本厅取用。</translation>
    </message>
    <message>
        <source>It is the same</source>
        <translation>一致，信任</translation>
    </message>
    <message>
        <source>✓ %1 is trusted.</source>
        <translation>✓ 已信任%1。</translation>
    </message>
    <message>
        <source>Write a package</source>
        <translation>写出数据包</translation>
    </message>
    <message>
        <source>Packages (*.leewardpkg)</source>
        <translation>数据包 (*.leewardpkg)</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>正在写出 %1 …</translation>
    </message>
    <message>
        <source>Cancelled; nothing was written.</source>
        <translation>已取消，未写出。</translation>
    </message>
    <message>
        <source>Read a package</source>
        <translation>读取数据包</translation>
    </message>
    <message>
        <source>Looking at %1 …</source>
        <translation>正在查看 %1 …</translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>正在读取 %1 …</translation>
    </message>
    <message>
        <source>Give out this card …</source>
        <translation>导出名片…</translation>
    </message>
    <message>
        <source>Halls that can open the package</source>
        <translation>能打开数据包的指挥厅</translation>
    </message>
    <message>
        <source>Add a card …</source>
        <translation>加入名片…</translation>
    </message>
    <message>
        <source>Pass-phrase, for a hall without a card (at least %1 characters)</source>
        <translation>口令，用于没有名片的指挥厅（至少%1个字符）</translation>
    </message>
    <message>
        <source>Only what waits, without the journal&apos;s entries</source>
        <translation>只写待发操作，不含日志</translation>
    </message>
    <message>
        <source>Write a package …</source>
        <translation>写出数据包…</translation>
    </message>
    <message>
        <source>Read a package …</source>
        <translation>读取数据包…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The fingerprint is the same: take it this once</source>
        <translation>指纹一致，仅取用这一次</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::PaneFilter</name>
    <message>
        <source>No. and title</source>
        <translation>编号和标题</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>For</source>
        <translation>时长</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::PasswordDialog</name>
    <message>
        <source>○ not yet the same twice</source>
        <translation>○ 两次输入还不一致</translation>
    </message>
    <message>
        <source>○ the current password is missing</source>
        <translation>○ 还没有填写现在的口令</translation>
    </message>
    <message>
        <source>✓ good</source>
        <translation>✓ 可以使用</translation>
    </message>
    <message>
        <source>Leeward - change the password</source>
        <translation>避风 - 修改口令</translation>
    </message>
    <message>
        <source>Another password for %1</source>
        <translation>修改 %1 的口令</translation>
    </message>
    <message>
        <source>&amp;Current password</source>
        <translation>现在的口令(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;New password</source>
        <translation>新口令(&amp;N)</translation>
    </message>
    <message>
        <source>New one &amp;again</source>
        <translation>再输一遍(&amp;A)</translation>
    </message>
    <message>
        <source>Current password</source>
        <translation>现在的口令</translation>
    </message>
    <message>
        <source>New password</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>New password again</source>
        <translation>再输一遍新口令</translation>
    </message>
    <message>
        <source>The server is being asked</source>
        <translation>正在询问服务器</translation>
    </message>
    <message>
        <source>Change the &amp;password</source>
        <translation>修改口令(&amp;P)</translation>
    </message>
    <message>
        <source>Change the password</source>
        <translation>修改口令</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>From then on you sign in with the new one, at this desk also without the server. Where else you are signed in you have to sign in again; not here.</source>
        <translation>修改后用新口令登录，本席位离线登录也用新口令。您在其他席位上须重新登录，本席位不用。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::PlaceField</name>
    <message>
        <source>No place yet: point at the map, or type coordinates.</source>
        <translation>尚无位置：请在地图上选点，或输入坐标。</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Coordinates, any notation</source>
        <translation>坐标，任意格式</translation>
    </message>
    <message>
        <source>New coordinates</source>
        <translation>新坐标</translation>
    </message>
    <message>
        <source>Pick</source>
        <translation>选点</translation>
    </message>
    <message>
        <source>Pick the place on the map</source>
        <translation>在地图上选点</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>定位</translation>
    </message>
    <message>
        <source>Show the place on the map</source>
        <translation>在地图上显示位置</translation>
    </message>
    <message>
        <source>%1. Enter writes it.</source>
        <translation>%1。按 Enter 写入。</translation>
    </message>
    <message>
        <source>Place changed.</source>
        <translation>位置已修改。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::QueuePanel</name>
    <message>
        <source>Nothing waits. What this desk does and the centre has not yet taken is listed here.</source>
        <translation>没有待发送的操作。本席位已执行、中心尚未收下的操作列在这里。</translation>
    </message>
    <message>
        <source>Applied here and kept; sent as soon as the centre answers.</source>
        <translation>已在本席位执行并保存；中心应答后自动发送。</translation>
    </message>
    <message>
        <source>Sent again: %1</source>
        <translation>已重新发送：%1</translation>
    </message>
    <message>
        <source>Withdraw for good?</source>
        <translation>确定作废？</translation>
    </message>
    <message>
        <source>&quot;%1&quot; will not be sent and can not be brought back.</source>
        <translation>“%1”将不再发送，也不能恢复。</translation>
    </message>
    <message>
        <source>Withdraw</source>
        <translation>作废</translation>
    </message>
    <message>
        <source>Withdrawn: %1</source>
        <translation>已作废：%1</translation>
    </message>
    <message>
        <source>Export what waits</source>
        <translation>导出待发送操作</translation>
    </message>
    <message>
        <source>Exported to %1</source>
        <translation>已导出到 %1</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人员</translation>
    </message>
    <message>
        <source>Operations that wait</source>
        <translation>待发送操作</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Withdraw …</source>
        <translation>作废…</translation>
    </message>
    <message>
        <source>Export …</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Writing %1 …</source>
        <translation>正在写入：%1……</translation>
    </message>
    <message>
        <source>Keep theirs</source>
        <translation>保留对方的</translation>
    </message>
    <message>
        <source>Save the choice</source>
        <translation>保存选择</translation>
    </message>
    <message>
        <source>Write mine anyway</source>
        <translation>仍写我的</translation>
    </message>
    <message>
        <source>Theirs stays; withdrawn: %1</source>
        <translation>保留对方的，已作废：%1</translation>
    </message>
    <message>
        <source>Saved over what the other desk wrote; sent.</source>
        <translation>已改写对方的内容并送出。</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起于</translation>
    </message>
    <message>
        <source>Beaten by</source>
        <translation>被谁抢先</translation>
    </message>
    <message>
        <source>R: try again · Enter: the fields · O: open the record · Delete: withdraw</source>
        <translation>R：再试 · Enter：看字段 · O：打开记录 · Delete：作废</translation>
    </message>
    <message>
        <source>Open the record</source>
        <translation>打开记录</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::Rail</name>
    <message>
        <source>Incidents</source>
        <translation>事件</translation>
    </message>
    <message>
        <source>Teams</source>
        <translation>队伍</translation>
    </message>
    <message>
        <source>Supplies</source>
        <translation>物资</translation>
    </message>
    <message>
        <source>Places</source>
        <translation>场所</translation>
    </message>
    <message>
        <source>Landing</source>
        <translation>起降点</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>预警</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>%1 (F%2 or Alt+%2)</source>
        <translation>%1（F%2 或 Alt+%2）</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::RecommendPanel</name>
    <message>
        <source>Asking the road network …</source>
        <translation>正在查询路网……</translation>
    </message>
    <message>
        <source>Minutes to turn out + minutes on the road · length of the road</source>
        <translation>集结分钟数 + 路程分钟数 · 距离</translation>
    </message>
    <message>
        <source>Choose an incident to see who should go.</source>
        <translation>选择事件后显示推荐队伍。</translation>
    </message>
    <message numerus="yes">
        <source>%n team(s) can not go</source>
        <translation>
            <numerusform>%n支队伍不能派</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Order %n team(s)  Ctrl+Enter</source>
        <translation>
            <numerusform>派遣%n支队伍  Ctrl+Enter</numerusform>
        </translation>
    </message>
    <message>
        <source>asked at %1 · no road network</source>
        <translation>%1查询 · 无路网</translation>
    </message>
    <message>
        <source>asked at %1 · roads of %2</source>
        <translation>%1查询 · 路网日期 %2</translation>
    </message>
    <message>
        <source>The incident says nothing of what it needs. Add the needed capabilities on its card.</source>
        <translation>事件未填写力量需求。请在事件卡上补充。</translation>
    </message>
    <message>
        <source>No road network is loaded, so times on the road are not known. Load one with &quot;leewardctl roads import&quot;.</source>
        <translation>未加载路网，路程时间未知。请用“leewardctl roads import”导入路网。</translation>
    </message>
    <message>
        <source>No team with the needed capabilities can go now. Look at the reasons below, or ask for help from outside.</source>
        <translation>目前没有具备所需能力的队伍可派。请查看下方原因，或请求外部增援。</translation>
    </message>
    <message>
        <source>Instead: %1, %2 min</source>
        <translation>可替代：%1，%2分钟</translation>
    </message>
    <message>
        <source>Order all the same?</source>
        <translation>仍要下达？</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>下达</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>队伍</translation>
    </message>
    <message>
        <source>There in</source>
        <translation>预计到场</translation>
    </message>
    <message>
        <source>Turn-out + road</source>
        <translation>集结+路程</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Recommended teams</source>
        <translation>推荐队伍</translation>
    </message>
    <message>
        <source>Space ticks, Ctrl+Enter orders all that are ticked</source>
        <translation>空格键勾选，Ctrl+Enter 向勾选的队伍下达指令</translation>
    </message>
    <message>
        <source>Teams that can not go</source>
        <translation>不能派的队伍</translation>
    </message>
    <message>
        <source>Enter: order all the same, after a question</source>
        <translation>Enter：确认后仍然下达</translation>
    </message>
    <message>
        <source>Show the teams that can not go</source>
        <translation>显示不能派的队伍</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新查询</translation>
    </message>
    <message>
        <source>Order the ticked teams</source>
        <translation>向勾选的队伍下达指令</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::RecordForm</name>
    <message>
        <source>Added: %1</source>
        <translation>已新增：%1</translation>
    </message>
    <message>
        <source>New: %1</source>
        <translation>新增%1</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Add the record (Ctrl+Enter)</source>
        <translation>新增记录（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Leave without adding</source>
        <translation>不新增，返回</translation>
    </message>
    <message>
        <source>Pick on map</source>
        <translation>地图选点</translation>
    </message>
    <message>
        <source>Pick the place on the map</source>
        <translation>在地图上选点</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::RegisterCard</name>
    <message>
        <source>Places: %1 = %2 capacity − %3 present − %4 inbound − %5 reserved</source>
        <translation>余位：%1 = 容量 %2 − 在场 %3 − 在途 %4 − 预留 %5</translation>
    </message>
    <message>
        <source>Places: not known, the capacity is not on record</source>
        <translation>余位：未知，台账没有容量</translation>
    </message>
    <message>
        <source>○ Usable now</source>
        <translation>○ 当前可用</translation>
    </message>
    <message>
        <source>× Not usable now; no reason on record</source>
        <translation>× 当前不可用；未登记原因</translation>
    </message>
    <message>
        <source>× Not usable now: %1</source>
        <translation>× 当前不可用：%1</translation>
    </message>
    <message>
        <source>× Expired on %1</source>
        <translation>× 已于%1过期</translation>
    </message>
    <message>
        <source>▲ Expires on %1</source>
        <translation>▲ %1到期</translation>
    </message>
    <message>
        <source>▼ Below the minimum of %1</source>
        <translation>▼ 低于最低库存%1</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>基本信息</translation>
    </message>
    <message>
        <source>Coordinates</source>
        <translation>坐标</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::RetireButton</name>
    <message>
        <source>Back into use</source>
        <translation>恢复使用</translation>
    </message>
    <message>
        <source>Take out of use …</source>
        <translation>停用…</translation>
    </message>
    <message>
        <source>In use again.</source>
        <translation>已恢复使用。</translation>
    </message>
    <message>
        <source>Take out of use</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Reason:</source>
        <translation>原因：</translation>
    </message>
    <message>
        <source>Taken out of use. It stays on record.</source>
        <translation>已停用，记录保留。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::Rooms</name>
    <message>
        <source>Here you will see the warnings in force: what, which colour, for which area, until when.

This console has no source of warnings yet; the duty officer enters the response level at the top.</source>
        <translation>这里将显示生效中的预警：种类、颜色、范围和时限。

本控制台尚未接入预警来源；请值班员在顶栏设定响应级别。</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>预警</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::SignInDialog</name>
    <message>
        <source>The server&apos;s authority</source>
        <translation>服务器的证书机构</translation>
    </message>
    <message>
        <source>Certificates (*.pem)</source>
        <translation>证书 (*.pem)</translation>
    </message>
    <message>
        <source>Leeward - sign in</source>
        <translation>避风 - 登录</translation>
    </message>
    <message>
        <source>Who works at this desk?</source>
        <translation>谁在本席位值班？</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>用户名(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Password</source>
        <translation>口令(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Desk</source>
        <translation>席位(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Server</source>
        <translation>服务器(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Realm</source>
        <extracomment>what the server keeps: live work, or a drill</extracomment>
        <translation>域(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Authority</source>
        <translation>证书机构(&amp;A)</translation>
    </message>
    <message>
        <source>Name to sign in with</source>
        <translation>登录用户名</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Name of this desk</source>
        <translation>本席位名称</translation>
    </message>
    <message>
        <source>Address of the server</source>
        <translation>服务器地址</translation>
    </message>
    <message>
        <source>Realm at the server</source>
        <translation>服务器上的域</translation>
    </message>
    <message>
        <source>Certificate of the server&apos;s authority</source>
        <translation>服务器证书机构的证书</translation>
    </message>
    <message>
        <source>ca.pem from the administrator; empty: what the system believes</source>
        <translation>管理员给的 ca.pem；留空则信任系统认可的机构</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>Choose the certificate of the authority</source>
        <translation>选择证书机构的证书</translation>
    </message>
    <message>
        <source>SHA-256: %1</source>
        <translation>SHA-256 指纹：%1</translation>
    </message>
    <message>
        <source>Compare it with the administrator by telephone.</source>
        <translation>请打电话与管理员核对。</translation>
    </message>
    <message>
        <source>The time without the server is used up: signing in offline is for looking only.</source>
        <translation>离线期限已过：离线登录后只能查看。</translation>
    </message>
    <message>
        <source>Without the server this person may go on for %1. What is done waits in the queue.</source>
        <translation>服务器不在时，此人还可离线工作%1。操作留在队列中。</translation>
    </message>
    <message>
        <source>The server is being asked</source>
        <translation>正在询问服务器</translation>
    </message>
    <message>
        <source>Sign in &amp;offline</source>
        <translation>离线登录(&amp;O)</translation>
    </message>
    <message>
        <source>Sign in without the server</source>
        <translation>不经服务器登录</translation>
    </message>
    <message>
        <source>Sign &amp;in</source>
        <translation>登录(&amp;I)</translation>
    </message>
    <message>
        <source>Sign in at the server</source>
        <translation>到服务器登录</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Other language</source>
        <translation>换语言</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::StartWindow</name>
    <message>
        <source>Leeward - start</source>
        <translation>避风 - 启动</translation>
    </message>
    <message>
        <source>Go on with what is here</source>
        <translation>用本机已有的数据继续</translation>
    </message>
    <message>
        <source>How far it is</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>Connecting to the server</source>
        <translation>正在连接服务器</translation>
    </message>
    <message>
        <source>%1 is asked whether the last session still holds.</source>
        <translation>正在向 %1 核实上次的登录是否有效。</translation>
    </message>
    <message>
        <source>Sign in instead</source>
        <translation>改为登录</translation>
    </message>
    <message>
        <source>Loading from the server</source>
        <translation>正在从服务器下载</translation>
    </message>
    <message>
        <source>Unpacking …</source>
        <translation>正在解压…</translation>
    </message>
    <message>
        <source>Checking that nothing is missing …</source>
        <translation>正在核对是否完整…</translation>
    </message>
    <message>
        <source>Asking what is new …</source>
        <translation>正在询问有哪些更新…</translation>
    </message>
    <message>
        <source>Go on without</source>
        <translation>不等了，先进入</translation>
    </message>
    <message>
        <source>Not loaded</source>
        <translation>没有下载完</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Opening the key store</source>
        <translation>正在打开密钥库</translation>
    </message>
    <message>
        <source>The system may ask for the password of its key store.</source>
        <translation>系统可能会询问密钥库的口令。</translation>
    </message>
    <message>
        <source>%1 of %2. A break loses nothing: the next time it goes on here.</source>
        <translation>%1 / %2。中断不会丢失：下次接着下载。</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::StatusLine</name>
    <message>
        <source>Pointer outside the map</source>
        <translation>光标不在地图上</translation>
    </message>
    <message>
        <source>1 : %1 · zoom %2</source>
        <translation>1 : %1 · 缩放%2</translation>
    </message>
    <message>
        <source>No base map</source>
        <translation>无底图</translation>
    </message>
    <message>
        <source>Base map of unknown date</source>
        <translation>底图日期不详</translation>
    </message>
    <message>
        <source>Base map %1</source>
        <translation>底图 %1</translation>
    </message>
    <message>
        <source>Entry %1</source>
        <translation>日志第%1条</translation>
    </message>
    <message>
        <source>Coordinates under the pointer</source>
        <translation>光标处坐标</translation>
    </message>
    <message>
        <source>Scale of the map</source>
        <translation>地图比例尺</translation>
    </message>
    <message>
        <source>Base map</source>
        <translation>底图</translation>
    </message>
    <message>
        <source>Newest journal entry here</source>
        <translation>本席位最新的日志条目</translation>
    </message>
    <message>
        <source>Link with the server</source>
        <translation>与服务器的链路</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::StockTable</name>
    <message>
        <source>Item</source>
        <translation>物资</translation>
    </message>
    <message>
        <source>On hand</source>
        <translation>现存</translation>
    </message>
    <message>
        <source>Reserved</source>
        <translation>预占</translation>
    </message>
    <message>
        <source>In transit</source>
        <translation>在途</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Stock of the depot</source>
        <translation>物资库库存</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::TeamCard</name>
    <message>
        <source>The team is marked unavailable until %1.</source>
        <translation>队伍已标为不可用，至%1。</translation>
    </message>
    <message>
        <source>The team can be ordered again.</source>
        <translation>队伍已恢复可用。</translation>
    </message>
    <message>
        <source>No 24-hour phone on record.</source>
        <translation>台账没有24小时值班电话。</translation>
    </message>
    <message>
        <source>☎ %1  %2</source>
        <translation>☎ %1  %2</translation>
    </message>
    <message>
        <source>▼ below %1 people</source>
        <translation>▼ 不足%1人</translation>
    </message>
    <message>
        <source>✓ at least %1 people</source>
        <translation>✓ 满%1人</translation>
    </message>
    <message>
        <source>Marked unavailable by %1 until %2: %3</source>
        <translation>由%1标为不可用，至%2：%3</translation>
    </message>
    <message>
        <source>Outside its duty hours %1</source>
        <translation>不在备勤时段（%1）</translation>
    </message>
    <message>
        <source>Nobody knows where it is: no report, no base, no station.</source>
        <translation>位置不明：没有报位，台账也没有驻地。</translation>
    </message>
    <message>
        <source>At its base by the register: %1</source>
        <translation>按台账在驻地：%1</translation>
    </message>
    <message>
        <source>Open assignments</source>
        <translation>未结任务</translation>
    </message>
    <message>
        <source>Can not go</source>
        <translation>不可用登记</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Why the team can not go</source>
        <translation>不可用原因</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>持续时间</translation>
    </message>
    <message>
        <source>Set</source>
        <translation>登记</translation>
    </message>
    <message>
        <source>Mark the team unavailable</source>
        <translation>登记队伍不可用</translation>
    </message>
    <message>
        <source>Lift</source>
        <translation>解除</translation>
    </message>
    <message>
        <source>Make the team available again</source>
        <translation>恢复队伍可用</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>基本信息</translation>
    </message>
    <message>
        <source>Base</source>
        <translation>驻地</translation>
    </message>
    <message>
        <source>? Lost contact: last heard %1 ago at %2</source>
        <translation>？失联：最后消息在%1前，位于%2</translation>
    </message>
    <message>
        <source>Position %1 ago: %2</source>
        <translation>%1前的位置：%2</translation>
    </message>
    <message>
        <source>device %1 · received %2</source>
        <extracomment>both clocks, because one of them may be wrong</extracomment>
        <translation>设备时间 %1 · 接收时间 %2</translation>
    </message>
    <message>
        <source>The device&apos;s clock is ahead; the time of receipt counts.</source>
        <translation>设备时钟超前，以接收时间为准。</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <extracomment>%1 what it is called, %2 &quot;position 3 min ago&quot;, %3 where</extracomment>
        <translation>%1：%2，%3</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::TimelinePanel</name>
    <message>
        <source>written %1</source>
        <translation>%1记录</translation>
    </message>
    <message>
        <source>Taken back: %1</source>
        <translation>已撤销：%1</translation>
    </message>
    <message>
        <source>The history of the chosen incident is shown here. Choose one in the list or on the map.</source>
        <translation>这里显示所选事件的处置过程。请在列表或地图上选择事件。</translation>
    </message>
    <message>
        <source>Reading the history …</source>
        <translation>正在读取处置过程……</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>History of the incident</source>
        <translation>处置过程</translation>
    </message>
</context>
<context>
    <name>leeward::widgets::WallWindow</name>
    <message>
        <source>Wall · %1</source>
        <translation>大屏 · %1</translation>
    </message>
    <message>
        <source>Wall</source>
        <translation>大屏</translation>
    </message>
    <message>
        <source>LIVE</source>
        <translation>实战</translation>
    </message>
    <message>
        <source>open incidents</source>
        <translation>未结事件</translation>
    </message>
    <message>
        <source>teams out</source>
        <translation>派出队伍</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>超时任务</translation>
    </message>
    <message>
        <source>free teams</source>
        <translation>待命队伍</translation>
    </message>
    <message>
        <source>shelters open</source>
        <translation>开放场所</translation>
    </message>
    <message>
        <source>free places</source>
        <translation>安置余位</translation>
    </message>
</context>
</TS>
