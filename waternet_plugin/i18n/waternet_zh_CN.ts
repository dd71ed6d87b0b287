<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>@default</name>
    <message>
        <source>Assess the health of pipes</source>
        <translation>管网健康评估</translation>
    </message>
    <message>
        <source>Estimates for every water supply pipe how many failures to expect, what they cost and which class it belongs to, with the evidence and the reasons. Also works without any failure records, using published rates. Failures that were never matched are matched first. Every run is kept.</source>
        <translation>逐条给出供水管段的预期故障数、损失、健康等级、评估依据和原因。没有故障记录时采用文献故障率。尚未匹配的故障先行匹配。每次评估均保留。</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>评估基准日</translation>
    </message>
    <message>
        <source>Date of the assessment, YYYY-MM-DD; later failures are ignored. Empty: today.</source>
        <translation>格式 YYYY-MM-DD，其后的故障不计。留空为当天。</translation>
    </message>
    <message>
        <source>Records from</source>
        <translation>记录起始日</translation>
    </message>
    <message>
        <source>Date from which all failures were recorded, YYYY-MM-DD. Empty: determined from the records.</source>
        <translation>自该日起故障记录完整，格式 YYYY-MM-DD。留空时由记录自动判定。</translation>
    </message>
    <message>
        <source>Horizon, years</source>
        <translation>预测年限（年）</translation>
    </message>
    <message>
        <source>Number of years ahead that likelihood and risk cover.</source>
        <translation>预期故障数和风险所涵盖的年数。</translation>
    </message>
    <message>
        <source>Pipe health</source>
        <translation>管段评估结果</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Classes, records and cohorts; figures in a .json file next to it.</source>
        <translation>健康等级、故障记录和管段分组；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>评估编号</translation>
    </message>
    <message>
        <source>Pipes</source>
        <translation>管段</translation>
    </message>
    <message>
        <source>Pipes assessed</source>
        <translation>已评估管段</translation>
    </message>
    <message>
        <source>Failures used</source>
        <translation>采用的故障数</translation>
    </message>
    <message>
        <source>km to renew now</source>
        <translation>立即改造（km）</translation>
    </message>
    <message>
        <source>km of priority renewal</source>
        <translation>重点改造（km）</translation>
    </message>
    <message>
        <source>Failures per 100 km per year</source>
        <translation>故障率（次/100 km·年）</translation>
    </message>
    <message>
        <source>Records used from</source>
        <translation>采用的记录起始日</translation>
    </message>
    <message>
        <source>The records can&apos;t start on {start}, after the assessment date, {as_of}.</source>
        <translation>记录起始日 {start} 不能晚于评估基准日 {as_of}。请改正日期。</translation>
    </message>
    <message>
        <source>The horizon must be a number of years greater than 0.</source>
        <translation>预测年限应为大于 0 的年数。</translation>
    </message>
    <message>
        <source>Reading pipes and failures</source>
        <translation>读取管段和故障</translation>
    </message>
    <message>
        <source>Matching failures that have no match yet</source>
        <translation>匹配尚未匹配的故障</translation>
    </message>
    <message>
        <source>Assessing</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>Build project</source>
        <translation>生成工程</translation>
    </message>
    <message>
        <source>Writes a QGIS project next to the network, with the layer tree, the styles, the map themes and the forms. An existing project is updated; styles that somebody edited are kept.</source>
        <translation>在管网文件旁生成 QGIS 工程，含图层树、样式、地图主题和表单。已有工程就地更新，人工修改过的样式保留不动。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>What the pipes are coloured by when the project opens.</source>
        <translation>打开工程时管线的着色依据：system 系统、material 管材、age 管龄、status 使用状态、health 健康、verified 核验、plan 改造计划。</translation>
    </message>
    <message>
        <source>Palette</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Colours for the screen, for paper, or those of the standard CJJ 61.</source>
        <translation>screen 用于屏幕，print 用于打印，cjj61 按 CJJ 61 标准配色。</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Language of names, labels and forms in the project; empty: the language of QGIS.</source>
        <translation>工程中名称、标注和表单的语言：en 英文，zh_CN 中文。留空与 QGIS 一致。</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>工程</translation>
    </message>
    <message>
        <source>The .qgz file to write; empty: next to the network, with the same name.</source>
        <translation>要写入的 .qgz 文件。留空时与管网同目录、同名。</translation>
    </message>
    <message>
        <source>QGIS project (*.qgz)</source>
        <translation>QGIS 工程 (*.qgz)</translation>
    </message>
    <message>
        <source>{style} was edited and is left unchanged.</source>
        <translation>{style} 已被人工修改，保留不动。</translation>
    </message>
    <message>
        <source>Project: {path}</source>
        <translation>工程：{path}</translation>
    </message>
    <message>
        <source>There is no assessment {run}. Available: {runs}.</source>
        <translation>没有评估 {run}。现有评估：{runs}。</translation>
    </message>
    <message>
        <source>Two assessments are needed for a comparison. Assess health again, then compare.</source>
        <translation>至少有两次评估才能对比。请再评估一次，然后对比。</translation>
    </message>
    <message>
        <source>There is no assessment before {run}. Specify the one to compare it with.</source>
        <translation>{run} 之前没有其他评估。请指定要对比的评估。</translation>
    </message>
    <message>
        <source>Compare two assessments</source>
        <translation>评估对比</translation>
    </message>
    <message>
        <source>Earlier run</source>
        <translation>前次评估</translation>
    </message>
    <message>
        <source>Run id, such as R0001. Empty: the run before the later one.</source>
        <translation>评估编号，如 R0001。留空为后次评估的前一次。</translation>
    </message>
    <message>
        <source>Later run</source>
        <translation>后次评估</translation>
    </message>
    <message>
        <source>Run id. Empty: the newest run.</source>
        <translation>评估编号。留空为最近一次。</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>变化情况</translation>
    </message>
    <message>
        <source>Every pipe with its classes, its rates and the change.</source>
        <translation>各管段两次的健康等级、故障率及变化。</translation>
    </message>
    <message>
        <source>Runs compared</source>
        <translation>对比的评估</translation>
    </message>
    <message>
        <source>Worse</source>
        <translation>变差</translation>
    </message>
    <message>
        <source>Better</source>
        <translation>变好</translation>
    </message>
    <message>
        <source>The same</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新增</translation>
    </message>
    <message>
        <source>Gone</source>
        <translation>不再出现</translation>
    </message>
    <message>
        <source>Reading run {run}</source>
        <translation>读取评估 {run}</translation>
    </message>
    <message>
        <source>From {first} to {second}: {worse} pipes got worse, {better} better, {new} are new, {gone} gone.</source>
        <translation>从 {first} 到 {second}：变差 {worse} 条，变好 {better} 条，新增 {new} 条，不再出现 {gone} 条。</translation>
    </message>
    <message>
        <source>Map book</source>
        <translation>图册</translation>
    </message>
    <message>
        <source>Prints a PDF with searchable text, one page for each sheet that contains pipes: map at a fixed scale with coordinates, title block, overview, adjoining sheets, legend of what is on the sheet, and a table of its pipes by material.</source>
        <translation>有管线的每个图幅输出一页，合为一个文字可检索的 PDF：固定比例尺的地图及坐标、图签、图幅位置图、接图表、本幅图例和本幅管材统计表。</translation>
    </message>
    <message>
        <source>PDF (*.pdf)</source>
        <translation>PDF 文件 (*.pdf)</translation>
    </message>
    <message>
        <source>Number of pages</source>
        <translation>页数</translation>
    </message>
    <message numerus="yes">
        <source>%n page(s) printed.</source>
        <translation>
            <numerusform>已输出 %n 页。</numerusform>
        </translation>
    </message>
    <message>
        <source>Load the sample town</source>
        <translation>加载示例城镇</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>管网</translation>
    </message>
    <message>
        <source>Failures</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>Network: {path}</source>
        <translation>管网：{path}</translation>
    </message>
    <message>
        <source>Match failures to pipes</source>
        <translation>故障匹配</translation>
    </message>
    <message>
        <source>Radius, m</source>
        <translation>匹配半径（m）</translation>
    </message>
    <message>
        <source>Greatest distance between a failure without a pipe id and its pipe.</source>
        <translation>无管段编号的故障与管段之间的最大距离。</translation>
    </message>
    <message>
        <source>Look up unknown pipe ids by location</source>
        <translation>编号不存在时按位置匹配</translation>
    </message>
    <message>
        <source>Failures whose reported pipe is not in the network are matched by their location. Their pipe has usually been removed, so this may assign them to the one that replaced it.</source>
        <translation>上报管段不在管网中的故障改按位置匹配。这类管段多已拆除，故障可能因此记到后来更换的管段上。</translation>
    </message>
    <message>
        <source>Matched failures</source>
        <translation>故障匹配结果</translation>
    </message>
    <message>
        <source>Every failure with its match.</source>
        <translation>每处故障及其匹配结果。</translation>
    </message>
    <message>
        <source>How many were matched, and how; figures in a .json file next to it.</source>
        <translation>匹配数量与方式；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Matched</source>
        <translation>已匹配</translation>
    </message>
    <message>
        <source>Ambiguous</source>
        <translation>候选不唯一</translation>
    </message>
    <message>
        <source>On a previous pipe</source>
        <translation>更换前管段</translation>
    </message>
    <message>
        <source>Without a pipe</source>
        <translation>无对应管段</translation>
    </message>
    <message>
        <source>The radius must be a distance in metres greater than 0.</source>
        <translation>匹配半径应为大于 0 的米数。</translation>
    </message>
    <message>
        <source>Matching</source>
        <translation>匹配</translation>
    </message>
    <message>
        <source>This network has no health assessment yet. Run “Assess health” (assesshealth) first.</source>
        <translation>该管网尚无健康评估。请先运行“管网健康评估”（assesshealth）。</translation>
    </message>
    <message>
        <source>RUN: there is no assessment “{run}”. Leave it empty for the newest one.</source>
        <translation>RUN：没有评估“{run}”。留空则采用最近一次。</translation>
    </message>
    <message>
        <source>Plan renewal</source>
        <translation>编制改造计划</translation>
    </message>
    <message>
        <source>Annual budget</source>
        <translation>年度预算</translation>
    </message>
    <message>
        <source>Amount per year, in the currency of the network.</source>
        <translation>每年金额，采用管网设定的货币。</translation>
    </message>
    <message>
        <source>First year</source>
        <translation>起始年</translation>
    </message>
    <message>
        <source>First year of the plan; empty: next year.</source>
        <translation>计划的第一年。留空为明年。</translation>
    </message>
    <message>
        <source>Years</source>
        <translation>计划年数</translation>
    </message>
    <message>
        <source>Number of years in the plan.</source>
        <translation>计划包含的年数。</translation>
    </message>
    <message>
        <source>Assessment</source>
        <translation>健康评估</translation>
    </message>
    <message>
        <source>Id of the assessment to plan from; empty: the newest.</source>
        <translation>计划所依据的评估编号。留空为最近一次。</translation>
    </message>
    <message>
        <source>Locked and dropped projects</source>
        <translation>锁定与取消的项目</translation>
    </message>
    <message>
        <source>Target share of length per year</source>
        <translation>年度更新率目标</translation>
    </message>
    <message>
        <source>Share of the length of all rated pipes to renew each year, such as 0.02 for 2 % (CJJ 92-2016, 3.0.12). The plan aims for it as far as the budget allows and reports any shortfall.</source>
        <translation>每年改造长度占已评估管段总长的比例，如 0.02 即 2%（CJJ 92-2016 第 3.0.12 条）。资金允许时满足，缺口写入报告。</translation>
    </message>
    <message>
        <source>Most projects per district and year</source>
        <translation>行政区年项目上限</translation>
    </message>
    <message>
        <source>At most this many projects per year in one zone of the kind district; empty: no limit.</source>
        <translation>同一行政区每年的项目数上限，行政区取自分区。留空不限。</translation>
    </message>
    <message>
        <source>Strategy</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>plan ranks by benefit per cost; the others are simple rules for comparison.</source>
        <translation>plan 按效益投资比排序；oldest 管龄最长、worst_material 管材最差、most_failures 故障最多、random 随机，这四种仅供对比。</translation>
    </message>
    <message>
        <source>Discount rate</source>
        <translation>折现率</translation>
    </message>
    <message>
        <source>Rate per year, such as 0.025; empty: the network&apos;s setting.</source>
        <translation>年折现率，如 0.025。留空采用管网参数。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Seed for the strategy random.</source>
        <translation>策略 random 所用的种子。</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>改造项目</translation>
    </message>
    <message>
        <source>All packages with year (unknown where not funded), cost, length, class, method and reasons.</source>
        <translation>全部项目的年份（未安排资金的为空）、投资、长度、健康等级、改造方式和原因。</translation>
    </message>
    <message>
        <source>Pipes of funded projects</source>
        <translation>已安排项目的管段</translation>
    </message>
    <message>
        <source>Pipes of the funded projects with year and cost.</source>
        <translation>已安排资金的项目所含管段及其年份、投资。</translation>
    </message>
    <message>
        <source>The plan as a page; figures in a .json file next to it.</source>
        <translation>改造计划报告；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Plan id</source>
        <translation>计划编号</translation>
    </message>
    <message>
        <source>Number of projects</source>
        <translation>项目数</translation>
    </message>
    <message>
        <source>Number of funded projects</source>
        <translation>已安排项目数</translation>
    </message>
    <message>
        <source>Length of funded projects (km)</source>
        <translation>已安排长度（km）</translation>
    </message>
    <message>
        <source>Cost of funded projects</source>
        <translation>已安排投资</translation>
    </message>
    <message>
        <source>Failures avoided over the benefit period</source>
        <translation>效益期内避免的故障数</translation>
    </message>
    <message>
        <source>BUDGET is missing. Give the annual budget, such as 5000000.</source>
        <translation>缺少 BUDGET。请给出每年金额，如 5000000。</translation>
    </message>
    <message>
        <source>Building packages</source>
        <translation>组建项目</translation>
    </message>
    <message>
        <source>Choosing packages</source>
        <translation>选择项目</translation>
    </message>
    <message>
        <source>Renewal plan {first}-{last}</source>
        <translation>{first}–{last} 年改造计划</translation>
    </message>
    <message>
        <source>Sheet index</source>
        <translation>图幅结合表</translation>
    </message>
    <message>
        <source>Sheets</source>
        <translation>图幅</translation>
    </message>
    <message>
        <source>Number of sheets</source>
        <translation>图幅数</translation>
    </message>
    <message>
        <source>{name}: “{value}” is not one of the choices. Give one of: {choices}.</source>
        <translation>{name}：“{value}”不在可选值中。可选：{choices}。</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>{name}: “{value}” can't be used. Give {kind}.</source>
        <translation>{name}：“{value}”无效。应为{kind}。</translation>
    </message>
    <message>
        <source>{name}: “{value}” can't be used.</source>
        <translation>{name}：“{value}”无效。</translation>
    </message>
    <message>
        <source>{algorithm} has no parameter {names}. It has: {known}.</source>
        <translation>{algorithm} 没有参数 {names}。可用参数：{known}。</translation>
    </message>
    <message>
        <source>WaterNet network (*.gpkg)</source>
        <translation>WaterNet 管网 (*.gpkg)</translation>
    </message>
    <message>
        <source>The network file; empty: the network of the open project.</source>
        <translation>管网文件。留空为当前工程的管网。</translation>
    </message>
    <message>
        <source>Exchange</source>
        <translation>数据交换</translation>
    </message>
    <message>
        <source>Data quality</source>
        <translation>数据质量</translation>
    </message>
    <message>
        <source>Network analysis</source>
        <translation>管网分析</translation>
    </message>
    <message>
        <source>Health and renewal</source>
        <translation>健康与改造</translation>
    </message>
    <message>
        <source>District metered areas</source>
        <translation>独立计量区</translation>
    </message>
    <message>
        <source>Drainage</source>
        <translation>排水</translation>
    </message>
    <message>
        <source>Survey</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Printing</source>
        <translation>出图</translation>
    </message>
    <message>
        <source>The folder {folder} does not exist. Create it or choose another one.</source>
        <translation>文件夹 {folder} 不存在。请新建，或改选其他文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} can&apos;t be written to. Choose another one.</source>
        <translation>文件夹 {folder} 不可写。请改选其他文件夹。</translation>
    </message>
    <message>
        <source>No network was given and the open project has none. Specify one with NETWORK.</source>
        <translation>未指定管网，当前工程也不属于任何管网。请用 NETWORK 指定管网。</translation>
    </message>
    <message>
        <source>Scale 1:</source>
        <translation>比例尺 1:</translation>
    </message>
    <message>
        <source>The denominator of the scale: at 1000, 1 m on the ground is printed as 1 mm.</source>
        <translation>比例尺分母：1000 表示图上 1 mm 为实地 1 m。</translation>
    </message>
    <message>
        <source>Paper</source>
        <translation>纸张</translation>
    </message>
    <message>
        <source>Area</source>
        <translation>范围</translation>
    </message>
    <message>
        <source>Only sheets with pipes in this area: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] if it is not in the network's coordinate system), the id of a compound or zone, or a layer. Empty: all sheets.</source>
        <translation>只取该范围内有管线的图幅：坐标范围（xmin,xmax,ymin,ymax，与管网坐标系不同时加 [EPSG:…]）、小区或分区编号、图层。留空为全部图幅。</translation>
    </message>
    <message>
        <source>It does not change the sheets.</source>
        <translation>不影响图幅划分。</translation>
    </message>
    <message>
        <source>What the colours of the pipes show.</source>
        <translation>管线颜色的含义：system 系统、material 管材、age 管龄、status 使用状态、health 健康、verified 核验、plan 改造计划。</translation>
    </message>
    <message>
        <source>print for paper, screen as in the project, cjj61 as in the standard CJJ 61.</source>
        <translation>print 用于打印，screen 与工程一致，cjj61 按 CJJ 61 标准配色。</translation>
    </message>
    <message>
        <source>Language of the pages, en or zh_CN; empty: the language of QGIS.</source>
        <translation>图面语言，en 或 zh_CN。留空与界面一致。</translation>
    </message>
    <message>
        <source>{name} “{value}” is not known. Choose one of: {known}.</source>
        <translation>{name}“{value}”无法识别。可选：{known}。</translation>
    </message>
    <message>
        <source>SCALE “{value}” is not a valid scale. Write its denominator, 50 to 10000000: 1000 for 1:1000.</source>
        <translation>SCALE“{value}”不是比例尺。请写分母，50 至 10000000，如 1000 表示 1:1000。</translation>
    </message>
    <message>
        <source>The area can&apos;t be transformed to the network&apos;s coordinate system. Check its CRS.</source>
        <translation>无法将该范围转换到管网坐标系。请检查其坐标系。</translation>
    </message>
    <message>
        <source>SCALE is the denominator of the scale, from 50 to 10 000 000; 1000 means 1:1000.</source>
        <translation>SCALE 是比例尺分母，50 至 10000000；1000 表示 1:1000。</translation>
    </message>
    <message>
        <source>The book would have {count:,} pages, more than the {most:,} allowed. Choose an AREA.</source>
        <translation>图册有 {count:,} 页，超过允许的 {most:,} 页。请用 AREA 限定范围。</translation>
    </message>
    <message>
        <source>{path} can&apos;t be replaced: {reason}. Close it where it is open and try again.</source>
        <translation>无法替换 {path}：{reason}。请在打开它的程序中关闭该文件，然后重试。</translation>
    </message>
    <message>
        <source>No font with Chinese characters is installed, so the pages would be full of empty boxes. Install “Noto Sans CJK SC” (Debian and Ubuntu: apt install fonts-noto-cjk) or print in English.</source>
        <translation>未安装中文字体，图面文字会显示为空框。请安装“Noto Sans CJK SC”（Debian、Ubuntu：apt install fonts-noto-cjk），或输出英文图册。</translation>
    </message>
    <message>
        <source>The file {path} can&apos;t be written. Choose another location.</source>
        <translation>文件 {path} 无法写入。请改选其他位置。</translation>
    </message>
    <message>
        <source>{path} could not be written completely: {reason}. Free some space and try again.</source>
        <translation>{path} 未能写完：{reason}。请腾出空间后重试。</translation>
    </message>
    <message>
        <source>PAPER “{paper}” is not known. Choose one of: {known}.</source>
        <translation>PAPER“{paper}”无法识别。可选：{known}。</translation>
    </message>
    <message>
        <source>The network has no pipes, so there is nothing to print. Adopt pipes first.</source>
        <translation>管网中没有管段，无图可出。请先将管段入库。</translation>
    </message>
    <message>
        <source>There are no pipes in the area, so there is no sheet to print. Choose another area, or none for all pipes.</source>
        <translation>该范围内没有管线，因此没有图幅。请改选范围，或留空输出全部。</translation>
    </message>
    <message>
        <source>LANGUAGE “{language}” is not known. Choose one of: {known}.</source>
        <translation>LANGUAGE“{language}”无法识别。可选：{known}。</translation>
    </message>
    <message>
        <source>The background file {path} can&apos;t be read. Choose another one.</source>
        <translation>底图文件 {path} 无法读取。请改选其他文件。</translation>
    </message>
    <message>
        <source>{path} already exists and was not built by WaterNet. Choose another name.</source>
        <translation>{path} 已存在，且不是 WaterNet 生成的。请改用其他名称。</translation>
    </message>
    <message>
        <source>The project {path} can&apos;t be written: {reason}. Check the disk and the permissions of the folder.</source>
        <translation>工程 {path} 无法写入：{reason}。请检查磁盘和文件夹权限。</translation>
    </message>
    <message>
        <source>{path} must end in .qgz.</source>
        <translation>{path} 必须以 .qgz 结尾。</translation>
    </message>
    <message>
        <source>The folder {folder} is not empty. Choose a new one for the sample town.</source>
        <translation>文件夹 {folder} 不是空的。请为示例城镇选择新文件夹。</translation>
    </message>
    <message>
        <source>{folder} is a file. Choose a folder for the sample town.</source>
        <translation>{folder} 是文件。请为示例城镇选择文件夹。</translation>
    </message>
    <message>
        <source>The folder {folder} can&apos;t be created: {reason}. Choose another one.</source>
        <translation>无法创建文件夹 {folder}：{reason}。请改选其他位置。</translation>
    </message>
    <message>
        <source>The output can&apos;t be written: {reason}</source>
        <translation>无法写入输出：{reason}</translation>
    </message>
    <message>
        <source>{n} code(s) in the file have no meaning in the mapping: {codes}. Add them to “values” (“*” stands for any other code, “” for an empty one).</source>
        <translation>映射中缺少 {n} 个代码的含义：{codes}。请补入“values”（“*”代表其余代码，“”代表空值）。</translation>
    </message>
    <message>
        <source>(empty)</source>
        <translation>（空）</translation>
    </message>
    <message>
        <source>{field}: {value} ({n})</source>
        <translation>{field}：{value}（{n}）</translation>
    </message>
    <message>
        <source>{field}: {value} ({n}), perhaps {code}</source>
        <translation>{field}：{value}（{n}），可能是 {code}</translation>
    </message>
    <message>
        <source>The layer has no rows. Choose another file or layer.</source>
        <translation>图层没有任何行。请改选其他文件或图层。</translation>
    </message>
    <message>
        <source>Reading the fields</source>
        <translation>读取字段</translation>
    </message>
    <message>
        <source>Locating the rows</source>
        <translation>定位各行</translation>
    </message>
    <message>
        <source>Checking the ids</source>
        <translation>检查编号</translation>
    </message>
    <message>
        <source>Building the rows</source>
        <translation>生成记录</translation>
    </message>
    <message>
        <source>The mapping gives no status: all rows are assumed to be in use.</source>
        <translation>映射未给出使用状态：全部按在用处理。</translation>
    </message>
    <message numerus="yes">
        <source>%n id(s) were generated.</source>
        <translation>
            <numerusform>已生成 %n 个编号。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) became several pipes because their parts do not touch.</source>
        <translation>
            <numerusform>%n 行的各部分不相接，已拆为多条管段。</numerusform>
        </translation>
    </message>
    <message>
        <source>Nearly every id already exists: this file may have been adopted before.</source>
        <translation>几乎所有编号都已存在：该文件似乎已经入库。</translation>
    </message>
    <message>
        <source>The line&apos;s parts would get the id {id}, which already exists.</source>
        <translation>线的各部分应取编号 {id}，但该编号已被占用。</translation>
    </message>
    <message>
        <source>The line has no length on the map; the length given in the file is used.</source>
        <translation>图上线长为零，采用文件给出的管长。</translation>
    </message>
    <message>
        <source>Draw the pipe&apos;s true course.</source>
        <translation>请绘制管段的实际走向。</translation>
    </message>
    <message>
        <source>The area&apos;s boundary crosses or touches itself.</source>
        <translation>区域边界自相交或自相接。</translation>
    </message>
    <message>
        <source>Correct the boundary with the vertex tool.</source>
        <translation>请用顶点工具修正边界。</translation>
    </message>
    <message>
        <source>The mapping gives no {field}. Give its column in “fields”, or one value in “defaults”.</source>
        <translation>映射未给出 {field}。请在“fields”中指定其列，或在“defaults”中给定一个值。</translation>
    </message>
    <message>
        <source>The layer seems to have north before east. It was left unchanged; check it on the map.</source>
        <translation>该图层似乎北坐标在前、东坐标在后。未作改动，请在图上核对。</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) were widened to areas, {radius:g} m on each side.</source>
        <translation>
            <numerusform>%n 条线已向两侧各扩 {radius:g} m 成面。</numerusform>
        </translation>
    </message>
    <message>
        <source>No row has a geometry or coordinates that can be read.</source>
        <translation>没有一行带有可读取的图形或坐标。</translation>
    </message>
    <message>
        <source>The coordinate system of the data is not known. Give it in the mapping, for example {example}, or add the .prj file.</source>
        <translation>数据的坐标系不明。请在映射中指定，如 {example}，或为文件补上 .prj。</translation>
    </message>
    <message>
        <source>The mapping&apos;s coordinate system {crs} was used instead of the file&apos;s.</source>
        <translation>采用映射指定的坐标系 {crs}，未采用文件自带的坐标系。</translation>
    </message>
    <message>
        <source>and {n} more</source>
        <translation>等，另有 {n} 项</translation>
    </message>
    <message>
        <source>The mapping can&apos;t be used: {faults} Correct it and run again.</source>
        <translation>映射无法使用：{faults}请改正后重新运行。</translation>
    </message>
    <message>
        <source>There is no table “{name}” to adopt into. Choose one of: {tables}.</source>
        <translation>没有可供入库的表“{name}”。可选：{tables}。</translation>
    </message>
    <message>
        <source>The mapping file {path} can&apos;t be read. Give a JSON file or the JSON text.</source>
        <translation>映射文件 {path} 无法读取。请给出 JSON 文件或 JSON 文本。</translation>
    </message>
    <message>
        <source>The mapping file {path} is not a text file. Save it as UTF-8.</source>
        <translation>映射文件 {path} 不是文本。请存为 UTF-8。</translation>
    </message>
    <message>
        <source>“{key}” must contain names and values in braces.</source>
        <translation>“{key}”必须是花括号中的名称和值。</translation>
    </message>
    <message>
        <source>“{key}” must be text.</source>
        <translation>“{key}”必须是文本。</translation>
    </message>
    <message>
        <source>Field {name}: “{wrong}” is not known; take must be one of {takes}.</source>
        <translation>字段 {name}：“{wrong}”无法识别；take 可选：{takes}。</translation>
    </message>
    <message>
        <source>Field {name} must give a column of the file.</source>
        <translation>字段 {name} 必须指定文件中的一列。</translation>
    </message>
    <message>
        <source>“values” of {name} must contain codes in braces.</source>
        <translation>{name} 的“values”必须是花括号中的代码。</translation>
    </message>
    <message>
        <source>The encoding “{name}” is not known; try utf-8 or gb18030.</source>
        <translation>编码“{name}”无法识别；请试用 utf-8 或 gb18030。</translation>
    </message>
    <message>
        <source>“{names}” has no meaning here; a mapping has {keys}.</source>
        <translation>映射中不能有“{names}”；可用的键：{keys}。</translation>
    </message>
    <message>
        <source>Unit “{unit}” of {name} is not known; use one of {units}.</source>
        <translation>{name} 的单位“{unit}”无法识别；可选：{units}。</translation>
    </message>
    <message>
        <source>The mapping is not valid JSON: line {line}, column {column}. Correct it and run again.</source>
        <translation>映射不是有效的 JSON：第 {line} 行第 {column} 列。请改正后重新运行。</translation>
    </message>
    <message>
        <source>The mapping must be a single JSON object in braces.</source>
        <translation>映射必须是花括号括起的一个 JSON 对象。</translation>
    </message>
    <message>
        <source>“{old}” and “{new}” are the same field; keep one of them.</source>
        <translation>“{old}”与“{new}”在此是同一字段；请保留一个。</translation>
    </message>
    <message>
        <source>The default “{value}” does not fit the field {name}.</source>
        <translation>默认值“{value}”不符合字段 {name}。</translation>
    </message>
    <message>
        <source>The table {table} has no field {names}; it has {fields}.</source>
        <translation>表 {table} 没有字段 {names}；现有字段：{fields}。</translation>
    </message>
    <message>
        <source>WaterNet fills in {names} itself; leave them out.</source>
        <translation>{names} 由 WaterNet 自动填写；请删去。</translation>
    </message>
    <message>
        <source>{name} has no code {codes}; it has {known}.</source>
        <translation>{name} 没有代码 {codes}；可选：{known}。</translation>
    </message>
    <message>
        <source>The field {name} has no unit of length.</source>
        <translation>字段 {name} 没有长度单位。</translation>
    </message>
    <message>
        <source>Midpoints are points, which the table {table} does not accept.</source>
        <translation>中点生成的是点，表 {table} 不能存放点。</translation>
    </message>
    <message>
        <source>The file has no column {names}. It has {columns}. Correct the mapping.</source>
        <translation>文件没有列 {names}。现有列：{columns}。请改正映射。</translation>
    </message>
    <message>
        <source>“{crs}” is not a valid coordinate system. Give a code such as EPSG:4547.</source>
        <translation>“{crs}”不是坐标系。请给出代码，如 EPSG:4547。</translation>
    </message>
    <message>
        <source>x contains the northing and y the easting; they were swapped.</source>
        <translation>x 为北坐标、y 为东坐标，已对调。</translation>
    </message>
    <message>
        <source>{n} row(s) lie in the area of {crs} only if x and y are swapped; check them.</source>
        <translation>{n} 行须对调 x 和 y 才落在 {crs} 的适用范围内；请核对。</translation>
    </message>
    <message>
        <source>x contains the northing and y the easting, as the numbers and {crs} show; they were swapped.</source>
        <translation>由数值和 {crs} 判断，x 为北坐标、y 为东坐标，已对调。</translation>
    </message>
    <message>
        <source>The eastings start with the zone number {zone}; check that {crs} is the file&apos;s system.</source>
        <translation>东坐标带有带号 {zone}；请确认文件的坐标系是 {crs}。</translation>
    </message>
    <message>
        <source>Most coordinates lie outside the area where {crs} is used; check the file&apos;s system.</source>
        <translation>多数坐标落在 {crs} 的适用范围之外；请核对文件的坐标系。</translation>
    </message>
    <message>
        <source>The data are in the network&apos;s coordinate system.</source>
        <translation>数据采用管网坐标系。</translation>
    </message>
    <message>
        <source>There is no accurate transformation from {source} to {target}, only a ballpark one with errors of up to several hundred metres. Transform the data with the local parameters first.</source>
        <translation>从 {source} 到 {target} 没有精确的转换方法，近似转换的误差可达数百米。请先用当地参数转换数据。</translation>
    </message>
    <message>
        <source>the two datums assumed to be equal</source>
        <translation>两个大地基准视为一致</translation>
    </message>
    <message>
        <source>Transformed from {source} to {target}: {how}, accurate to {accuracy:g} m.</source>
        <translation>已从 {source} 转换到 {target}：{how}，精度 {accuracy:g} m。</translation>
    </message>
    <message>
        <source>Transformed from {source} to {target}.</source>
        <translation>已从 {source} 转换到 {target}。</translation>
    </message>
    <message>
        <source>The row has no geometry, or no usable coordinates. Draw it or give its coordinates.</source>
        <translation>该行没有图形，或坐标不可用。请绘制图形或给出坐标。</translation>
    </message>
    <message>
        <source>The row has the wrong type of geometry: the table {table} takes {kind}.</source>
        <translation>该行的图形类型不符：表 {table} 应为 {kind}。</translation>
    </message>
    <message>
        <source>The line has no length and the file gives none. Give a length or draw the line.</source>
        <translation>线长为零，文件也未给出管长。请给出管长或绘制该线。</translation>
    </message>
    <message>
        <source>The id {id} already exists in the network.</source>
        <translation>管网中已有编号 {id}。</translation>
    </message>
    <message>
        <source>Row {row} of the file also has the id {id}.</source>
        <translation>文件第 {row} 行也使用编号 {id}。</translation>
    </message>
    <message>
        <source>Not assessed: this model rates water supply pipes only.</source>
        <translation>未评估：本模型只评估供水管段。</translation>
    </message>
    <message>
        <source>Not assessed: planned, not yet in use.</source>
        <translation>未评估：规划管段，尚未使用。</translation>
    </message>
    <message>
        <source>Not assessed: out of service on that day.</source>
        <translation>未评估：评估基准日已停用。</translation>
    </message>
    <message>
        <source>Not assessed: out of service, date unknown.</source>
        <translation>未评估：已停用，日期不明。</translation>
    </message>
    <message>
        <source>Not assessed: its length is unknown or 0.</source>
        <translation>未评估：管长不明或为 0。</translation>
    </message>
    <message>
        <source>Setting {key}: write it as diameter:factor; diameter:factor; ..., all greater than 0.</source>
        <translation>参数 {key}：请写成“管径:系数; 管径:系数; …”，均须大于 0。</translation>
    </message>
    <message>
        <source>Reported on pipe {pipe}.</source>
        <translation>上报管段为 {pipe}。</translation>
    </message>
    <message>
        <source>Reported on pipe {pipe}, laid later, in {year}: it happened to the pipe before it.</source>
        <translation>上报管段 {pipe} 于 {year} 年才敷设：故障属于更换前的管段。</translation>
    </message>
    <message>
        <source>Pipe {pipe} is the one at {distance} m.</source>
        <translation>按距离匹配到管段 {pipe}，相距 {distance} m。</translation>
    </message>
    <message>
        <source>{count} pipes are equally near, at {distance} m: it counts in their cohort, on no pipe.</source>
        <translation>{count} 条管段等距，均为 {distance} m：计入同类分组，不计入任何管段。</translation>
    </message>
    <message>
        <source>Pipe {pipe} at {distance} m was laid later, in {year}: it happened to the pipe before it.</source>
        <translation>相距 {distance} m 的管段 {pipe} 于 {year} 年才敷设：故障属于更换前的管段。</translation>
    </message>
    <message>
        <source>The reported pipe {pipe} is not in the network.</source>
        <translation>上报管段 {pipe} 不在管网中。</translation>
    </message>
    <message>
        <source>Neither a pipe nor a place is known.</source>
        <translation>管段和位置均不明。</translation>
    </message>
    <message>
        <source>No pipe in service then lies within {radius} m.</source>
        <translation>{radius} m 内没有当时在用的管段。</translation>
    </message>
    <message>
        <source>no failure since {year}</source>
        <translation>{year} 年以来无故障</translation>
    </message>
    <message>
        <source>1 failure since {year}</source>
        <translation>{year} 年以来故障 1 次</translation>
    </message>
    <message>
        <source>{count} failures since {year}</source>
        <translation>{year} 年以来故障 {count} 次</translation>
    </message>
    <message>
        <source>{material}, year unknown</source>
        <translation>{material}，敷设年代不明</translation>
    </message>
    <message>
        <source>{material}, laid {start}–{end}</source>
        <translation>{material}，{start}–{end} 年敷设</translation>
    </message>
    <message>
        <source>{cohort}: {ratio} times the network&apos;s mean</source>
        <translation>{cohort}：为全网平均的 {ratio} 倍</translation>
    </message>
    <message>
        <source>DN{diameter}: small mains fail more often</source>
        <translation>DN{diameter}：小口径故障较多</translation>
    </message>
    <message>
        <source>DN{diameter}: larger mains fail less often</source>
        <translation>DN{diameter}：大口径故障较少</translation>
    </message>
    <message>
        <source>short pipe: more joints and fittings per km</source>
        <translation>管段短：单位长度的接口和管件多</translation>
    </message>
    <message>
        <source>long pipe: fewer joints and fittings per km</source>
        <translation>管段长：单位长度的接口和管件少</translation>
    </message>
    <message>
        <source>corrosive soil</source>
        <translation>土壤腐蚀性强</translation>
    </message>
    <message>
        <source>soil of little corrosivity</source>
        <translation>土壤腐蚀性弱</translation>
    </message>
    <message>
        <source>high pressure</source>
        <translation>压力高</translation>
    </message>
    <message>
        <source>low pressure</source>
        <translation>压力低</translation>
    </message>
    <message>
        <source>nothing out of the ordinary</source>
        <translation>无突出因素</translation>
    </message>
    <message>
        <source>on the policy list, with failures of its own</source>
        <translation>列入政策清单，且自身有故障</translation>
    </message>
    <message>
        <source>; </source>
        <comment>between reasons</comment>
        <translation>；</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was changed.</source>
        <translation>已取消。未作任何改动。</translation>
    </message>
    <message numerus="yes">
        <source>%n assessed pipe(s) are no longer in the network, so in no package.</source>
        <translation>
            <numerusform>%n 条已评估管段不在管网中，未列入任何项目。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No benefit is counted for %n pipe(s) of unknown consequence.</source>
        <translation>
            <numerusform>%n 条管段的故障后果不明，效益按 0 计。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) are longer than the limit because a single pipe is never split.</source>
        <translation>
            <numerusform>%n 个项目超过长度上限：单条管段不拆分。</numerusform>
        </translation>
    </message>
    <message>
        <source>No pipe is in a class considered for the plan; there is nothing to renew.</source>
        <translation>没有管段属于纳入计划的健康等级，无需改造。</translation>
    </message>
    <message>
        <source>The budget of {budget} per year does not pay for any package; the cheapest costs {cheapest}. Nothing is funded. Raise BUDGET or shorten the packages (renewal.max_length_m).</source>
        <translation>年度预算 {budget} 不足以安排任何项目，投资最少的项目需 {cheapest}。未安排资金。请提高 BUDGET，或缩短项目（renewal.max_length_m）。</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) cost more than the annual budget and can&apos;t be funded.</source>
        <translation>
            <numerusform>%n 个项目的投资超过一年预算，无法安排。</numerusform>
        </translation>
    </message>
    <message>
        <source>Project {project} is locked to {year}, but the budget of that year does not cover it.</source>
        <translation>项目 {project} 锁定在 {year} 年，但当年预算不足。</translation>
    </message>
    <message>
        <source>{year}: {lacking} m short of the target of {wished} m.</source>
        <translation>{year} 年：目标 {wished} m，缺 {lacking} m。</translation>
    </message>
    <message numerus="yes">
        <source>Locked packages exceed the limit of a district in %n case(s).</source>
        <translation>
            <numerusform>锁定的项目有 %n 处超过行政区上限。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Renewing %n package(s) would not reduce failures and brings no benefit.</source>
        <translation>
            <numerusform>%n 个项目改造后故障并不减少，没有效益。</numerusform>
        </translation>
    </message>
    <message>
        <source>DISTRICT_CAP was not used: no package lies in a zone of the kind district.</source>
        <translation>DISTRICT_CAP 未起作用：没有项目位于行政区分区内。</translation>
    </message>
    <message>
        <source>{material} of unknown age</source>
        <translation>年代不明的{material}</translation>
    </message>
    <message>
        <source>{material} of {first}-{last}</source>
        <translation>{first}–{last} 年的{material}</translation>
    </message>
    <message>
        <source>; </source>
        <translation>；</translation>
    </message>
    <message>
        <source>expected to fail {times} times as often as the network</source>
        <translation>预期故障率为全网平均的 {times} 倍</translation>
    </message>
    <message>
        <source>a failure costs {times} times the average</source>
        <translation>单次故障损失为全网平均的 {times} 倍</translation>
    </message>
    <message>
        <source>{cohort} fails {times} times as often as the network</source>
        <translation>{cohort}故障率为全网平均的 {times} 倍</translation>
    </message>
    <message>
        <source>{urgent} of {total} m are to be renewed now</source>
        <translation>{total} m 中 {urgent} m 须立即改造</translation>
    </message>
    <message>
        <source>{total} m with high risk for their length</source>
        <translation>总长 {total} m，单位长度风险高</translation>
    </message>
    <message>
        <source>Benefit per cost (plan)</source>
        <translation>按效益投资比</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>管龄最长优先</translation>
    </message>
    <message>
        <source>Worst material first</source>
        <translation>管材最差优先</translation>
    </message>
    <message>
        <source>Most failures first</source>
        <translation>故障最多优先</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>BUDGET must be an amount per year greater than 0, such as 5000000.</source>
        <translation>BUDGET 应为大于 0 的每年金额，如 5000000。</translation>
    </message>
    <message>
        <source>START_YEAR {year} is not a valid year for a plan. Give one such as 2027.</source>
        <translation>START_YEAR {year} 不能作为计划年份。请给出年份，如 2027。</translation>
    </message>
    <message>
        <source>YEARS must be from 1 to {most}.</source>
        <translation>YEARS 应为 1 至 {most}。</translation>
    </message>
    <message>
        <source>MIN_LENGTH_SHARE is a share from 0 to 1; write 0.02 for 2 %.</source>
        <translation>MIN_LENGTH_SHARE 是 0 至 1 的比例；2% 写作 0.02。</translation>
    </message>
    <message>
        <source>DISTRICT_CAP must be 1 or more packages per year; leave it empty for no limit.</source>
        <translation>DISTRICT_CAP 应为每年 1 个以上项目；不限则留空。</translation>
    </message>
    <message>
        <source>DISCOUNT_RATE must be at least 0 and less than 1; write 0.025 for 2.5 %.</source>
        <translation>DISCOUNT_RATE 是小于 1 的非负比率；2.5% 写作 0.025。</translation>
    </message>
    <message>
        <source>STRATEGY “{strategy}” is not known. Choose one of {known}.</source>
        <translation>STRATEGY“{strategy}”无法识别。可选：{known}。</translation>
    </message>
    <message>
        <source>FIXED is not valid JSON: {reason}. Write project:year pairs, such as P-12:2028.</source>
        <translation>FIXED 不是有效的 JSON：{reason}。请写成“项目:年份”，如 P-12:2028。</translation>
    </message>
    <message>
        <source>FIXED: “{entry}” is not understood. Write project:year or project:drop.</source>
        <translation>FIXED：“{entry}”无法识别。请写成“项目:年份”或“项目:drop”。</translation>
    </message>
    <message>
        <source>FIXED contains project {name} twice. Keep one entry.</source>
        <translation>FIXED 中项目 {name} 出现两次。请保留一处。</translation>
    </message>
    <message>
        <source>FIXED contains unknown projects: {names}. Use the ids from the list of projects.</source>
        <translation>FIXED 中的项目不存在：{names}。请从项目列表中取编号。</translation>
    </message>
    <message>
        <source>The report can&apos;t be written to {path}: {reason}. Choose another location.</source>
        <translation>报告无法写入 {path}：{reason}。请改选其他位置。</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Data grade C: no usable failure records, so pipes are ranked by published surveys. Expect about 21 % of later failures on the worst 5 % of length, not 31 %.</source>
        <translation>数据等级 C：没有可用的故障记录，管段排序采用文献数据。最差的 5% 长度预计包含今后约 21% 的故障，而非 31%。</translation>
    </message>
    <message>
        <source>There are no dated failures up to {as_of}.</source>
        <translation>{as_of} 及以前没有带日期的故障。</translation>
    </message>
    <message>
        <source>Records count from {start}, as given.</source>
        <translation>记录按指定自 {start} 起计。</translation>
    </message>
    <message>
        <source>Records count from {start}: the first year with at least {share} % of the mean of the following years. Give WINDOW_START if you know better.</source>
        <translation>记录自 {start} 起计：该年故障数首次达到其后各年平均的 {share}%。如有更准确的日期，请填 WINDOW_START。</translation>
    </message>
    <message>
        <source>The last failure was on {last}, {years} years before {as_of}. If the records end there, assess as of that date; otherwise the rates are too low.</source>
        <translation>最近一次故障在 {last}，比 {as_of} 早 {years} 年。如记录止于该日，请以该日为评估基准日，否则故障率偏低。</translation>
    </message>
    <message>
        <source>Failures of pipes that no longer exist: {count}. Rates of old cohorts are those of the surviving pipes; adopt retired pipes to correct this.</source>
        <translation>所属管段已不存在的故障：{count} 次。早期分组的故障率只反映尚存管段；将停用管段入库可以弥补。</translation>
    </message>
    <message>
        <source>{length} of {total} to renew now, as of {as_of}.</source>
        <translation>截至 {as_of}，{total} 中有 {length} 须立即改造。</translation>
    </message>
    <message>
        <source>Expected in the next {years} years: {failures} failures; the network&apos;s mean is {rate} per 100 km per year.</source>
        <translation>今后 {years} 年预计发生故障 {failures} 次；全网平均故障率 {rate} 次/100 km·年。</translation>
    </message>
    <message>
        <source>without a date</source>
        <translation>无日期</translation>
    </message>
    <message>
        <source>of a kind that is not a failure of a main</source>
        <translation>不属于管道故障的类型</translation>
    </message>
    <message>
        <source>after the assessment date</source>
        <translation>晚于评估基准日</translation>
    </message>
    <message>
        <source>before systematic records</source>
        <translation>早于系统记录起始</translation>
    </message>
    <message>
        <source>ambiguous and without a cohort</source>
        <translation>候选不唯一且无同类分组</translation>
    </message>
    <message>
        <source>on a previous pipe</source>
        <translation>属于更换前的管段</translation>
    </message>
    <message>
        <source>without a pipe</source>
        <translation>无对应管段</translation>
    </message>
    <message>
        <source>not matched yet</source>
        <translation>尚未匹配</translation>
    </message>
    <message>
        <source>on pipes that were not in service at the time or are not assessed</source>
        <translation>所在管段当时未使用或未评估</translation>
    </message>
    <message>
        <source>Length by class</source>
        <translation>各等级长度</translation>
    </message>
    <message>
        <source>Renew now: the highest risk per km on the first {now} % of the length, and {policy} on the policy list (cement, asbestos, unlined grey iron, old age) with repeated failures of their own. Priority: the next {next} %. Monitor: the rest above the network&apos;s mean rate.</source>
        <translation>立即改造：单位长度风险最高的 {now}% 长度，以及政策清单（水泥、石棉、无内衬灰口铸铁、超龄）中自身反复故障的 {policy}。重点改造：其后的 {next}%。动态监测：其余故障率高于全网平均的管段。</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>健康等级</translation>
    </message>
    <message>
        <source>km</source>
        <translation>长度（km）</translation>
    </message>
    <message>
        <source>Share of the assessed length, %</source>
        <translation>占已评估长度（%）</translation>
    </message>
    <message>
        <source>on pipes</source>
        <translation>计入管段</translation>
    </message>
    <message>
        <source>ambiguous, in cohorts</source>
        <translation>候选不唯一，计入分组</translation>
    </message>
    <message>
        <source>What the rates are based on</source>
        <translation>故障率的依据</translation>
    </message>
    <message>
        <source>Published surveys expect {survey} failures per 100 km per year on these pipes; according to the records the level is {factor} times that.</source>
        <translation>按文献数据，这些管段的故障率为 {survey} 次/100 km·年；按本地记录，水平为其 {factor} 倍。</translation>
    </message>
    <message>
        <source>Retired pipes, counted for the years they were in service: {count}.</source>
        <translation>按使用年限计入的停用管段：{count} 条。</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Pipes assessed and not assessed</source>
        <translation>管段评估范围</translation>
    </message>
    <message>
        <source>Pipes laid after {year}, left out: {count}.</source>
        <translation>{year} 年以后敷设、未纳入的管段：{count} 条。</translation>
    </message>
    <message>
        <source>assessed</source>
        <translation>已评估</translation>
    </message>
    <message>
        <source>Evidence by length: {text}.</source>
        <translation>各类依据的管长：{text}。</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>Material</source>
        <translation>管材</translation>
    </message>
    <message>
        <source>Diameter</source>
        <translation>管径</translation>
    </message>
    <message>
        <source>Laid</source>
        <translation>敷设年代</translation>
    </message>
    <message>
        <source>Pipe health assessment</source>
        <translation>健康评估</translation>
    </message>
    <message>
        <source>{network}, as of {as_of}</source>
        <translation>{network}，评估基准日 {as_of}</translation>
    </message>
    <message>
        <source>How certain this is</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>There are no failures to match. Adopt them first.</source>
        <translation>没有可匹配的故障。请先将故障入库。</translation>
    </message>
    <message>
        <source>Of {whole} failures, {matched} are matched to a pipe, {predecessor} happened on a previous pipe, {ambiguous} are ambiguous and {orphan} have no pipe.</source>
        <translation>{whole} 次故障中，已匹配 {matched} 次，属于更换前的管段 {predecessor} 次，候选不唯一 {ambiguous} 次，无对应管段 {orphan} 次。</translation>
    </message>
    <message>
        <source>Failures that refer to a pipe which is not in the network: {count}. Pipes taken out of service are missing; adopt them with their retirement date and match again.</source>
        <translation>上报管段不在管网中的故障：{count} 次。缺少已停用的管段；请连同停用日期入库后重新匹配。</translation>
    </message>
    <message>
        <source>Failures without a date: {count}. They are kept but not counted in any rate.</source>
        <translation>无日期的故障：{count} 次。予以保留，不计入故障率。</translation>
    </message>
    <message>
        <source>Counted in the record of its pipe.</source>
        <translation>计入所属管段的记录。</translation>
    </message>
    <message>
        <source>Several pipes are equally near: counted in their cohort, not on any pipe.</source>
        <translation>多条管段等距：计入同类分组，不计入管段。</translation>
    </message>
    <message>
        <source>Older than the pipe at that location: not counted on any pipe.</source>
        <translation>早于现有管段：不计入管段。</translation>
    </message>
    <message>
        <source>Its pipe is not in the network: not counted on any pipe.</source>
        <translation>所属管段不在管网中：不计入管段。</translation>
    </message>
    <message>
        <source>Failures by result</source>
        <translation>匹配结果</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Share, %</source>
        <translation>占比（%）</translation>
    </message>
    <message>
        <source>What it means</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>How pipes were found</source>
        <translation>匹配方式</translation>
    </message>
    <message>
        <source>A reported pipe id decides. Without one, a failure is assigned to the nearest pipe in service at the time within {radius} m, with pipes of its street first.</source>
        <translation>以上报的管段编号为准。无编号时，匹配 {radius} m 内当时在用的最近管段，同一道路的优先。</translation>
    </message>
    <message>
        <source>Failures without a location: {count}.</source>
        <translation>无位置的故障：{count} 次。</translation>
    </message>
    <message>
        <source>Distance of matched failures from their pipe</source>
        <translation>已匹配故障与管段的距离</translation>
    </message>
    <message>
        <source>Share of failures, %</source>
        <translation>故障占比（%）</translation>
    </message>
    <message>
        <source>Within, m</source>
        <translation>距离不超过（m）</translation>
    </message>
    <message>
        <source>Large distances of failures that have an id suggest wrong ids or locations.</source>
        <translation>有编号的故障若距离很远，编号或位置可能有误。</translation>
    </message>
    <message>
        <source>Failures matched to pipes</source>
        <translation>故障匹配报告</translation>
    </message>
    <message>
        <source>What to know</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Nothing is funded. {reason}</source>
        <translation>未安排任何资金。{reason}</translation>
    </message>
    <message>
        <source>From {first} to {last}, {funded} of {packages} packages are funded: {length} for {cost}. They avoid about {failures} failures per year once all is done.</source>
        <translation>{first}–{last} 年，{packages} 个项目中安排 {funded} 个：长度 {length}，投资 {cost}。全部完成后每年约避免故障 {failures} 次。</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>预算</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>投资</translation>
    </message>
    <message>
        <source>Length (km)</source>
        <translation>长度（km）</translation>
    </message>
    <message>
        <source>Share of length (%)</source>
        <translation>占总长（%）</translation>
    </message>
    <message>
        <source>No year exceeds its budget; money left over is not carried over to the next year.</source>
        <translation>各年均不超预算，结余不结转下年。</translation>
    </message>
    <message>
        <source>Failures avoided in {years} years</source>
        <translation>{years} 年内避免的故障数</translation>
    </message>
    <message>
        <source>Discounted benefit</source>
        <translation>折现效益</translation>
    </message>
    <message>
        <source>With these budgets, no selection can have more benefit than {bound}; this plan is {gap} % below it.</source>
        <translation>在此预算下，任何方案的效益都不超过 {bound}；本计划比其低 {gap}%。</translation>
    </message>
    <message>
        <source>Forecasts for the very worst pipes tend to be too high, so fewer failures may be avoided than stated; comparisons between strategies are less affected.</source>
        <translation>对最差管段的预测往往偏高，实际避免的故障可能少于所列；策略之间的比较受影响较小。</translation>
    </message>
    <message>
        <source>The same budget with other rules</source>
        <translation>同等预算下的其他策略</translation>
    </message>
    <message>
        <source>Street</source>
        <translation>道路名称</translation>
    </message>
    <message>
        <source>Length (m)</source>
        <translation>长度（m）</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>改造方式</translation>
    </message>
    <message>
        <source>New material</source>
        <translation>推荐管材</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>原因</translation>
    </message>
    <message numerus="yes">
        <source>%n more project(s) are in the table of projects.</source>
        <translation>
            <numerusform>另有 %n 个项目见改造项目表。</numerusform>
        </translation>
    </message>
    <message>
        <source>Repair costs alone would justify renewal above {rate} failures per 100 km per year. Classes are based on risk and policy, not on this figure.</source>
        <translation>仅按维修费用计，故障率超过 {rate} 次/100 km·年时改造才划算。健康等级以风险和政策为依据，与此无关。</translation>
    </message>
    <message>
        <source>Unit costs and factors are the settings renewal.*; replace those marked as assumed with those of your own tenders.</source>
        <translation>综合单价和系数见参数 renewal.*；请将标为“假定”的改为本单位招标价。</translation>
    </message>
    <message>
        <source>Basis</source>
        <translation>编制依据</translation>
    </message>
    <message>
        <source>Parameter</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>Points to note</source>
        <translation>注意事项</translation>
    </message>
    <message>
        <source>All amounts in {currency}.</source>
        <translation>金额单位：{currency}。</translation>
    </message>
    <message>
        <source>Renewal plan</source>
        <translation>改造计划</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a number. Correct it in the settings table.</source>
        <translation>参数 {key}：“{value}”不是数值。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Start menu &gt; OSGeo4W Shell (comes with QGIS). Then restart QGIS.</source>
        <translation>开始菜单 &gt; OSGeo4W Shell（随 QGIS 安装）。完成后重启 QGIS。</translation>
    </message>
    <message>
        <source>Applications &gt; Utilities &gt; Terminal. Then restart QGIS.</source>
        <translation>应用程序 &gt; 实用工具 &gt; 终端。完成后重启 QGIS。</translation>
    </message>
    <message>
        <source>In a terminal. Then restart QGIS.</source>
        <translation>在终端中运行。完成后重启 QGIS。</translation>
    </message>
    <message>
        <source>Required Python packages…</source>
        <translation>所需 Python 包…</translation>
    </message>
    <message>
        <source>WaterNet: Python packages</source>
        <translation>WaterNet：Python 包</translation>
    </message>
    <message>
        <source>Package</source>
        <translation>软件包</translation>
    </message>
    <message>
        <source>Required</source>
        <translation>要求版本</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>现有版本</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺少</translation>
    </message>
    <message>
        <source>too old</source>
        <translation>版本过低</translation>
    </message>
    <message>
        <source>not installed, not required</source>
        <translation>未安装（可选）</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>No internet on this machine? Download the packages on another one with “pip download” and install them with “pip install --no-index --find-links FOLDER”.</source>
        <translation>本机不能上网？可在其他计算机上用“pip download”下载，再用“pip install --no-index --find-links 文件夹”安装。</translation>
    </message>
    <message>
        <source>There is no file {path}. Check the name and the folder.</source>
        <translation>文件 {path} 不存在。请检查文件名和文件夹。</translation>
    </message>
    <message>
        <source>{path} is a folder. Choose a file in it.</source>
        <translation>{path} 是文件夹。请指定其中的文件。</translation>
    </message>
    <message>
        <source>You do not have permission to read the file {path}. Ask for it.</source>
        <translation>没有读取文件 {path} 的权限。请先取得读取权限。</translation>
    </message>
    <message>
        <source>The file {path} is empty. Choose another file.</source>
        <translation>文件 {path} 是空的。请改选其他文件。</translation>
    </message>
    <message>
        <source>{name} is missing its .dbf with the attributes. Copy all files of the shapefile.</source>
        <translation>{name} 缺少属性文件 .dbf。请复制 Shapefile 的全部文件。</translation>
    </message>
    <message>
        <source>{file} has no layer “{layer}”. It has: {names}.</source>
        <translation>{file} 没有图层“{layer}”。现有图层：{names}。</translation>
    </message>
    <message>
        <source>{file} contains no layer. Choose another file.</source>
        <translation>{file} 中没有图层。请改选其他文件。</translation>
    </message>
    <message>
        <source>{file} contains several layers. Choose one by writing {example}; it has: {names}.</source>
        <translation>{file} 含多个图层。请指定其一，如 {example}；现有图层：{names}。</translation>
    </message>
    <message>
        <source>{file} can&apos;t be read: it is damaged or not in a format that GDAL knows. Choose another file.</source>
        <translation>{file} 无法读取：文件已损坏，或不是 GDAL 支持的图层。请改选其他文件。</translation>
    </message>
    <message>
        <source>{file} is not text in the encoding {encoding}. Give another one in the mapping.</source>
        <translation>{file} 不是 {encoding} 编码的文本。请在映射中指定其他编码。</translation>
    </message>
    <message>
        <source>{file} is not a text table. Choose another file.</source>
        <translation>{file} 不是文本表格。请改选其他文件。</translation>
    </message>
    <message>
        <source>{file}: line {line} has {n} values, the heading has {heading}. Correct the line.</source>
        <translation>{file}：第 {line} 行有 {n} 个值，表头有 {heading} 个。请改正该行。</translation>
    </message>
    <message>
        <source>{file} is not a table with a heading and rows. Choose another file.</source>
        <translation>{file} 不是带表头的表格。请改选其他文件。</translation>
    </message>
    <message>
        <source>The network {name} is read-only. Get permission to write to it, or work on a copy.</source>
        <translation>管网 {name} 为只读。请取得写入权限，或复制一份再操作。</translation>
    </message>
    <message>
        <source>The folder of {name} is read-only. Move the network to a folder you can write to.</source>
        <translation>{name} 所在文件夹为只读。请将管网移到可写的文件夹。</translation>
    </message>
    <message>
        <source>The disk is full. Nothing was changed in {name}. Free some space and try again.</source>
        <translation>磁盘已满。{name} 未作改动。请腾出空间后重试。</translation>
    </message>
    <message>
        <source>The network {name} can&apos;t be reached. Check the disk and your permissions, then try again.</source>
        <translation>无法访问管网 {name}。请检查磁盘和权限后重试。</translation>
    </message>
    <message>
        <source>The network {name} refused the change, so nothing was changed: {reason}</source>
        <translation>管网 {name} 拒绝了改动，未作任何修改：{reason}</translation>
    </message>
    <message>
        <source>A network is a GeoPackage: the name {name} must end in .gpkg.</source>
        <translation>管网是 GeoPackage 文件：{name} 应以 .gpkg 结尾。</translation>
    </message>
    <message>
        <source>There is no folder {folder}. Create it first, or choose another.</source>
        <translation>文件夹 {folder} 不存在。请先新建，或改选其他文件夹。</translation>
    </message>
    <message>
        <source>{name} already exists and was left unchanged. Choose another name.</source>
        <translation>{name} 已存在，未作改动。请改用其他名称。</translation>
    </message>
    <message>
        <source>{name} would be on a network share ({kind}), where files get damaged. Choose a local folder.</source>
        <translation>{name} 将位于网络共享（{kind}）上，文件容易损坏。请选择本地文件夹。</translation>
    </message>
    <message>
        <source>The network {name} could not be created. Is the disk full, or the folder out of reach?</source>
        <translation>无法创建管网 {name}。请检查磁盘是否已满、文件夹是否可访问。</translation>
    </message>
    <message>
        <source>{name} is on a network share ({kind}), where writing can damage it; reading works. Copy it to a local disk to edit it.</source>
        <translation>{name} 位于网络共享（{kind}）上，可以读取，写入可能损坏文件。请复制到本地磁盘再编辑。</translation>
    </message>
    <message>
        <source>There is no batch of the kind {kind}.</source>
        <translation>没有批次类型 {kind}。</translation>
    </message>
    <message>
        <source>{table}: {n} of the ids already exist in the network, such as {first}. Nothing was added.</source>
        <translation>{table}：{n} 个编号已在管网中，如 {first}。未添加任何记录。</translation>
    </message>
    <message>
        <source>{table}: the rows have no geometry.</source>
        <translation>{table}：记录没有图形。</translation>
    </message>
    <message>
        <source>{user} on {host} (process {pid}, {action})</source>
        <translation>{host} 上的 {user}（进程 {pid}，{action}）</translation>
    </message>
    <message>
        <source>{program} (process {pid})</source>
        <translation>{program}（进程 {pid}）</translation>
    </message>
    <message>
        <source>Another program is writing {name}. Save and close it there, then try again.</source>
        <translation>其他程序正在写入 {name}。请在该程序中保存并关闭，然后重试。</translation>
    </message>
    <message>
        <source>{name} is being written by {who}. Wait until that is done, or save and close it there.</source>
        <translation>{who} 正在写入 {name}。请等待完成，或在该处保存并关闭。</translation>
    </message>
    <message>
        <source>This network has version {version}, which this plugin can&apos;t upgrade. Use an older plugin.</source>
        <translation>该管网的版本是 {version}，本插件无法升级。请使用较早版本的插件。</translation>
    </message>
    <message>
        <source>There is no network {name} in {folder}. Check the path, or create one.</source>
        <translation>{folder} 中没有管网 {name}。请检查路径，或新建管网。</translation>
    </message>
    <message>
        <source>{name} is a folder. Choose the network&apos;s .gpkg file.</source>
        <translation>{name} 是文件夹。请选择管网的 .gpkg 文件。</translation>
    </message>
    <message>
        <source>The network {name} can&apos;t be read. Check your permissions and the disk.</source>
        <translation>管网 {name} 无法读取。请检查权限和磁盘。</translation>
    </message>
    <message>
        <source>{name} is not a GeoPackage. Choose a network made by WaterNet, or create one.</source>
        <translation>{name} 不是 GeoPackage。请选择 WaterNet 建立的管网，或新建管网。</translation>
    </message>
    <message>
        <source>{name} is not a WaterNet network. Create one, then bring in its layers with “Adopt a layer”.</source>
        <translation>{name} 不是 WaterNet 管网。请先新建管网，再用“数据入库”导入其图层。</translation>
    </message>
    <message>
        <source>{name} was written by a newer version of WaterNet. Update the plugin to open it; nothing was changed.</source>
        <translation>{name} 由更新版本的 WaterNet 写入，未作改动。请升级插件后打开。</translation>
    </message>
    <message>
        <source>{name} is of an older version. Copy it to a local folder you can write to, and open that copy.</source>
        <translation>{name} 为旧版本。请复制到可写的本地文件夹后打开。</translation>
    </message>
    <message>
        <source>{table} has no column {listed}.</source>
        <translation>{table} 没有字段 {listed}。</translation>
    </message>
    <message>
        <source>The rows of {table} can&apos;t be selected this way.</source>
        <translation>无法按此条件选取 {table} 的记录。</translation>
    </message>
    <message>
        <source>There is no table {name} in a network.</source>
        <translation>管网中没有表 {name}。</translation>
    </message>
    <message>
        <source>{table} can&apos;t be read from the network {name}. Check that the file is complete.</source>
        <translation>无法从管网 {name} 读取 {table}。请检查文件是否完整。</translation>
    </message>
    <message>
        <source>There is no batch to undo.</source>
        <translation>没有可撤销的批次。</translation>
    </message>
    <message>
        <source>There is no batch {batch}. List the batches to see their ids.</source>
        <translation>没有批次 {batch}。请列出批次查看编号。</translation>
    </message>
    <message>
        <source>Batch {batch} has already been undone, by {undo}. Undo that one to do it again.</source>
        <translation>批次 {batch} 已由 {undo} 撤销。如需重做，请撤销 {undo}。</translation>
    </message>
    <message>
        <source>Batch {batch} ({kind}) can&apos;t be undone.</source>
        <translation>批次 {batch}（{kind}）不能撤销。</translation>
    </message>
    <message>
        <source>{table} has no column {listed}. Leave it out, or choose one of the table&apos;s columns.</source>
        <translation>{table} 没有字段 {listed}。请去掉，或改用该表的字段。</translation>
    </message>
    <message>
        <source>{table}: the column {listed} appears twice.</source>
        <translation>{table}：字段 {listed} 重复。</translation>
    </message>
    <message>
        <source>{table}: the column {listed} with the ids is missing.</source>
        <translation>{table}：缺少编号字段 {listed}。</translation>
    </message>
    <message>
        <source>{table}: rows without an id (row {listed}).</source>
        <translation>{table}：有记录没有编号（第 {listed} 行）。</translation>
    </message>
    <message>
        <source>{table}: ids that appear twice: {listed}.</source>
        <translation>{table}：编号重复：{listed}。</translation>
    </message>
    <message>
        <source>{table}: the column {listed} must be filled in.</source>
        <translation>{table}：字段 {listed} 必须填写。</translation>
    </message>
    <message>
        <source>{table}: {field} must be filled in; it is not in {listed}.</source>
        <translation>{table}：{field} 必须填写；{listed} 未填。</translation>
    </message>
    <message>
        <source>{table}: unknown codes: {listed}. Map them to codes of the value lists first.</source>
        <translation>{table}：未知代码：{listed}。请先映射到值列表中的代码。</translation>
    </message>
    <message>
        <source>The rows for {table} are in {own}, but the network is in {crs}. Transform them first.</source>
        <translation>写入 {table} 的记录坐标系为 {own}，管网为 {crs}。请先转换坐标系。</translation>
    </message>
    <message>
        <source>{table} takes {kind}; other geometry types in {listed}.</source>
        <translation>{table} 应为 {kind} 图形；{listed} 不符。</translation>
    </message>
    <message>
        <source>{table}: the geometry is empty or has invalid coordinates in {listed}.</source>
        <translation>{table}：{listed} 的图形为空或坐标无效。</translation>
    </message>
    <message>
        <source>{table}: no geometry in {listed}.</source>
        <translation>{table}：{listed} 没有图形。</translation>
    </message>
    <message>
        <source>{table}: {field} takes numbers only.</source>
        <translation>{table}：{field} 只能填数值。</translation>
    </message>
    <message>
        <source>{table}: {field} takes finite numbers only: {listed}.</source>
        <translation>{table}：{field} 只能填有限数值：{listed}。</translation>
    </message>
    <message>
        <source>{table}: {field} takes whole numbers only: {listed}.</source>
        <translation>{table}：{field} 只能填整数：{listed}。</translation>
    </message>
    <message>
        <source>{table}: {field} takes dates only.</source>
        <translation>{table}：{field} 只能填日期。</translation>
    </message>
    <message>
        <source>{table}: {field} takes text only: {listed}.</source>
        <translation>{table}：{field} 只能填文本：{listed}。</translation>
    </message>
    <message>
        <source>repairing</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>{table} is maintained by WaterNet itself and can&apos;t be written.</source>
        <translation>{table} 由系统自动维护，不能写入。</translation>
    </message>
    <message>
        <source>{table} only takes new rows; undo its batch to remove rows.</source>
        <translation>{table} 只能追加；如需收回记录，请撤销其批次。</translation>
    </message>
    <message>
        <source>{table}: {n} of the rows are no longer in the network, such as {first}.</source>
        <translation>{table}：{n} 条记录已不在管网中，如 {first}。</translation>
    </message>
    <message>
        <source>“{crs}” is not a valid coordinate system. Give a code such as EPSG:4547, or WKT.</source>
        <translation>“{crs}”不是坐标系。请给出代码（如 EPSG:4547）或 WKT。</translation>
    </message>
    <message>
        <source>{crs} is not a plane coordinate system in metres. Choose a projected one, for example {metric}.</source>
        <translation>{crs} 不是以米为单位的平面坐标系。请选择投影坐标系，如 {metric}。</translation>
    </message>
    <message>
        <source>{crs} is not a projected coordinate system. Choose one in metres, for example {metric}.</source>
        <translation>{crs} 不是投影坐标系。请选择以米为单位的投影坐标系，如 {metric}。</translation>
    </message>
    <message>
        <source>{crs} measures in {unit}, but a network needs metres. Choose for example {metric}.</source>
        <translation>{crs} 的单位是 {unit}，管网须以米为单位。请改选坐标系，如 {metric}。</translation>
    </message>
    <message>
        <source>Adopt a layer</source>
        <translation>数据入库</translation>
    </message>
    <message>
        <source>Layer or file</source>
        <translation>图层或文件</translation>
    </message>
    <message>
        <source>A file, file|layername=name, or the id of a layer of the project.</source>
        <translation>文件、“文件|layername=图层名”，或工程中图层的 ID。</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>数据表</translation>
    </message>
    <message>
        <source>Name of the table: pipe, node, failure and so on. A dry run without a mapping guesses it.</source>
        <translation>表名：pipe 管段、node 节点设施、failure 故障等。不带映射试运行时自动推测。</translation>
    </message>
    <message>
        <source>Mapping</source>
        <translation>字段映射</translation>
    </message>
    <message>
        <source>A JSON file or the JSON text: fields, values, defaults, units. Without it, only a dry run is possible.</source>
        <translation>JSON 文件或 JSON 文本：fields、values、defaults、units。不填时只能试运行。</translation>
    </message>
    <message>
        <source>Dry run</source>
        <translation>试运行</translation>
    </message>
    <message>
        <source>Only report what would be adopted.</source>
        <translation>只报告可入库的内容，不写入管网。</translation>
    </message>
    <message>
        <source>Rejected rows</source>
        <translation>拒收的行</translation>
    </message>
    <message>
        <source>Rows that are not adopted: source_row, source_id, reason_code, reason and their own columns.</source>
        <translation>未入库的行：source_row、source_id、reason_code、reason 及其原有各列。</translation>
    </message>
    <message>
        <source>What was adopted, rejected or unknown, and the mapping; figures in a .json file next to it.</source>
        <translation>入库、拒收、记为不明的情况及映射；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Rows read</source>
        <translation>读入行数</translation>
    </message>
    <message>
        <source>Rows written</source>
        <translation>写入行数</translation>
    </message>
    <message>
        <source>Rows rejected</source>
        <translation>拒收行数</translation>
    </message>
    <message>
        <source>Assets written</source>
        <translation>写入设施数</translation>
    </message>
    <message>
        <source>A MAPPING is required. Run with DRY_RUN and REPORT first: this guesses one and writes it next to the report.</source>
        <translation>缺少 MAPPING。请先用 DRY_RUN 和 REPORT 运行：将推测映射并写在报告旁。</translation>
    </message>
    <message>
        <source>TABLE is required. Choose one of: {tables}.</source>
        <translation>缺少 TABLE。可选：{tables}。</translation>
    </message>
    <message>
        <source>Reading {source}</source>
        <translation>读取 {source}</translation>
    </message>
    <message>
        <source>Reading the ids of the network</source>
        <translation>读取管网中的编号</translation>
    </message>
    <message>
        <source>The guessed mapping is in {path}.</source>
        <translation>推测的映射已写入 {path}。</translation>
    </message>
    <message>
        <source>The layer {name} can&apos;t be read. Repair its data source first.</source>
        <translation>图层 {name} 无法读取。请先修复其数据源。</translation>
    </message>
    <message>
        <source>no geometry, or no usable coordinates</source>
        <translation>没有图形，或坐标不可用</translation>
    </message>
    <message>
        <source>a geometry that the table does not take</source>
        <translation>图形类型与表不符</translation>
    </message>
    <message>
        <source>an id that already exists</source>
        <translation>编号已存在</translation>
    </message>
    <message>
        <source>a line without length, and no length given</source>
        <translation>线长为零，也未给出管长</translation>
    </message>
    <message>
        <source>not a number</source>
        <translation>不是数值</translation>
    </message>
    <message>
        <source>zero</source>
        <translation>为零</translation>
    </message>
    <message>
        <source>below zero</source>
        <translation>小于零</translation>
    </message>
    <message>
        <source>not a date</source>
        <translation>不是日期</translation>
    </message>
    <message>
        <source>day and month may be swapped; specify dmy or mdy with “take”</source>
        <translation>日与月可能颠倒；请用“take”指明 dmy 或 mdy</translation>
    </message>
    <message>
        <source>a time without a time zone</source>
        <translation>时间没有时区</translation>
    </message>
    <message>
        <source>year 0</source>
        <translation>年份为 0</translation>
    </message>
    <message>
        <source>year 9999</source>
        <translation>年份为 9999</translation>
    </message>
    <message>
        <source>a year that is too early</source>
        <translation>年份过早</translation>
    </message>
    <message>
        <source>in the future</source>
        <translation>晚于今天</translation>
    </message>
    <message>
        <source>a spreadsheet error</source>
        <translation>电子表格错误值</translation>
    </message>
    <message>
        <source>sure</source>
        <translation>确定</translation>
    </message>
    <message>
        <source>a guess</source>
        <translation>推测</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Of {rows_in} rows, {written} can be adopted and {rejected} are rejected ({table}: {assets}).</source>
        <translation>共 {rows_in} 行，可入库 {written} 行，拒收 {rejected} 行（{table}：{assets}）。</translation>
    </message>
    <message>
        <source>Of {rows_in} rows, {written} were adopted and {rejected} were rejected ({table}: {assets}).</source>
        <translation>共 {rows_in} 行，已入库 {written} 行，拒收 {rejected} 行（{table}：{assets}）。</translation>
    </message>
    <message>
        <source>Rejected: {n}, {reason}.</source>
        <translation>拒收 {n} 行：{reason}。</translation>
    </message>
    <message>
        <source>Codes without a meaning: {n}.</source>
        <translation>未映射的代码：{n} 个。</translation>
    </message>
    <message>
        <source>{field}: {n} unknown, {cause} ({examples}).</source>
        <translation>{field}：{n} 个值记为不明，{cause}（{examples}）。</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行数</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>The output REJECTED contains them with all columns: correct them there and adopt them again.</source>
        <translation>输出 REJECTED 含这些行的全部列：请在其中修正后再次入库。</translation>
    </message>
    <message>
        <source>Values that became unknown</source>
        <translation>记为不明的值</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Codes without a meaning</source>
        <translation>未映射的代码</translation>
    </message>
    <message>
        <source>Nothing can be adopted until each one has a meaning in “values”.</source>
        <translation>每个代码都须在“values”中给出含义，否则不能入库。</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Lengths</source>
        <translation>管长</translation>
    </message>
    <message>
        <source>Total {length}; {given} of {n} lengths are given, the others are measured from the lines.</source>
        <translation>总长 {length}；{n} 条中 {given} 条采用给定管长，其余由图形计算。</translation>
    </message>
    <message>
        <source>Columns that match no field: {names}.</source>
        <translation>未被采用的列：{names}。</translation>
    </message>
    <message>
        <source>Guessed fields</source>
        <translation>推测的字段</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>How sure</source>
        <translation>把握</translation>
    </message>
    <message>
        <source>Texts were read as {encoding}.</source>
        <translation>文本按 {encoding} 编码读取。</translation>
    </message>
    <message>
        <source>Dry run of an adoption</source>
        <translation>入库试运行</translation>
    </message>
    <message>
        <source>Adoption</source>
        <translation>数据入库报告</translation>
    </message>
    <message>
        <source>Create network</source>
        <translation>新建管网</translation>
    </message>
    <message>
        <source>Creates an empty network: one GeoPackage with tables for pipes of all systems, nodes, compounds, zones, customers, failures and everything else, with its change log. An existing file is never overwritten.</source>
        <translation>新建空管网：一个 GeoPackage，含全部系统的管段表、节点设施、小区、分区、用户、故障等各表及变更日志。不会覆盖已有文件。</translation>
    </message>
    <message>
        <source>Coordinate system</source>
        <translation>坐标系</translation>
    </message>
    <message>
        <source>A projected one in metres. In China, usually the CGCS2000 3-degree zone of the town: from EPSG:4534 (central meridian 75°E) to EPSG:4554 (135°E), for example EPSG:4547 for 114°E.</source>
        <translation>以米为单位的投影坐标系。国内一般用当地的 CGCS2000 三度带：EPSG:4534（中央子午线 75°E）至 EPSG:4554（135°E），如 114°E 为 EPSG:4547。</translation>
    </message>
    <message>
        <source>A new file ending in .gpkg, in a folder on this computer.</source>
        <translation>本机文件夹中的新文件，以 .gpkg 结尾。</translation>
    </message>
    <message>
        <source>Network {name} created in {crs}.</source>
        <translation>已新建管网 {name}，坐标系 {crs}。</translation>
    </message>
    <message>
        <source>List batches</source>
        <translation>批次列表</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>One row per batch; times in UTC.</source>
        <translation>每个批次一行；时间为 UTC。</translation>
    </message>
    <message>
        <source>Number of batches</source>
        <translation>批次数</translation>
    </message>
    <message numerus="yes">
        <source>{batch}  {at}  {kind}  {name}  by {by}, %n row(s)</source>
        <translation>
            <numerusform>{batch}  {at}  {kind}  {name}  {by}，%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>undone by {batch}</source>
        <translation>由 {batch} 撤销</translation>
    </message>
    <message>
        <source>Restore backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>A file in the folder “backups” next to the network.</source>
        <translation>管网旁“backups”文件夹中的文件。</translation>
    </message>
    <message>
        <source>Restored network</source>
        <translation>恢复的管网</translation>
    </message>
    <message>
        <source>The backup was restored to {path}.</source>
        <translation>备份已恢复到 {path}。</translation>
    </message>
    <message>
        <source>Undo batch</source>
        <translation>撤销批次</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>Batch id, such as B0002. Empty: the last one that has not been undone.</source>
        <translation>批次编号，如 B0002。留空为最近一个未撤销的批次。</translation>
    </message>
    <message>
        <source>Batch of the undo</source>
        <translation>撤销所成批次</translation>
    </message>
    <message>
        <source>Batch undone</source>
        <translation>被撤销的批次</translation>
    </message>
    <message numerus="yes">
        <source>Batch {batch} has been undone, %n row(s); the undo is batch {undo}.</source>
        <translation>
            <numerusform>批次 {batch} 已撤销，共 %n 行；撤销记为批次 {undo}。</numerusform>
        </translation>
    </message>
    <message>
        <source>At 1:{scale:,.0f} the book would have {count:,} pages, more than the {most:,} allowed by the setting printing.max_pages. Print at 1:{better:,} ({pages:,} pages) or choose an AREA.</source>
        <translation>比例尺 1:{scale:,.0f} 时图册有 {count:,} 页，超过参数 printing.max_pages 允许的 {most:,} 页。请改用 1:{better:,}（{pages:,} 页），或用 AREA 限定范围。</translation>
    </message>
    <message>
        <source>Cohorts by expected failures, highest first</source>
        <translation>管段分组（预期故障由多到少）</translation>
    </message>
    <message>
        <source>Years</source>
        <comment>one by one</comment>
        <translation>分年度安排</translation>
    </message>
    <message>
        <source>Project</source>
        <comment>of renewal</comment>
        <translation>项目</translation>
    </message>
    <message>
        <source>Export tables</source>
        <translation>导出数据表</translation>
    </message>
    <message>
        <source>Writes a table, everything that a theme shows, or selected rows to a GeoPackage, shapefile, CSV or XLSX, with our field names or with English or Chinese headers, and with codes or their labels. Ids stay text; what the format can&apos;t store is counted and reported.</source>
        <translation>将一张表、一个主题所示的全部内容或选定的行导出为 GeoPackage、Shapefile、CSV 或 XLSX，表头可用字段名或中英文名称，取值可用代码或名称。编号保持为文本；格式容纳不下的内容逐项计数并说明。</translation>
    </message>
    <message>
        <source>Separate several with semicolons.</source>
        <translation>多个以分号分隔。</translation>
    </message>
    <message>
        <source>Ids</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Headers</source>
        <translation>表头</translation>
    </message>
    <message>
        <source>names for field names, en or zh_CN for labels.</source>
        <translation>names 为字段名，en 或 zh_CN 为英文或中文名称。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>取值</translation>
    </message>
    <message>
        <source>codes as they are stored, or their labels in English (en) or Chinese (zh_CN).</source>
        <translation>codes 为存储的代码，en 或 zh_CN 为其英文或中文名称。</translation>
    </message>
    <message>
        <source>Encoding</source>
        <translation>编码</translation>
    </message>
    <message>
        <source>For shapefiles and CSV: utf-8, or gbk for programs that read nothing else.</source>
        <translation>Shapefile 和 CSV 的编码：utf-8；只认 GBK 的程序用 gbk。</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Must end in .gpkg, .shp, .csv or .xlsx. Several tables become layers or sheets of one file; shapefiles and CSV get one file per table.</source>
        <translation>以 .gpkg、.shp、.csv 或 .xlsx 结尾。多张表存为同一文件中的图层或工作表；Shapefile 和 CSV 每表一个文件。</translation>
    </message>
    <message>
        <source>There is no table {name}. Choose one of: {known}.</source>
        <translation>没有表 {name}。可选：{known}。</translation>
    </message>
    <message>
        <source>IDS selects rows of one table. Give one TABLE, or leave IDS empty.</source>
        <translation>IDS 只能选取一张表的行。请只填一个 TABLE，或将 IDS 留空。</translation>
    </message>
    <message>
        <source>Choose what to export: either TABLE or THEME.</source>
        <translation>请指定导出内容：TABLE 或 THEME。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written.</source>
        <translation>
            <numerusform>已写入 %n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Pipes with health</source>
        <translation>管段及健康评估</translation>
    </message>
    <message>
        <source>Pipes of the renewal plan</source>
        <translation>改造计划管段</translation>
    </message>
    <message>
        <source>Rows of {table} have no id. Export the whole table.</source>
        <translation>{table} 的行没有编号。请导出整张表。</translation>
    </message>
    <message>
        <source>Codes of {field}: {codes}</source>
        <translation>{field} 的代码：{codes}</translation>
    </message>
    <message>
        <source>{name} could not be written: {reason}. Check the disk and try again.</source>
        <translation>{name} 无法写入：{reason}。请检查磁盘后重试。</translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) had to be cut to the length that the format allows.</source>
        <translation>
            <numerusform>%n 处文本超出格式允许的长度，已截断。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) have characters that GBK lacks, replaced by “?”.</source>
        <translation>
            <numerusform>%n 处文本含 GBK 没有的字符，以“?”代替。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Control characters were removed from %n text(s).</source>
        <translation>
            <numerusform>%n 处文本含控制字符，已去除。</numerusform>
        </translation>
    </message>
    <message>
        <source>The times of {tables} are written as text: this format stores dates only.</source>
        <translation>{tables} 的时间以文本写入：该格式只有日期。</translation>
    </message>
    <message numerus="yes">
        <source>%n shape(s) have points of unknown height, written as 0.</source>
        <translation>
            <numerusform>%n 个图形有高程不明的点，以 0 代替。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} must end in {known}. Choose one of these formats.</source>
        <translation>{name} 须以 {known} 结尾。请选择其中一种格式。</translation>
    </message>
    <message>
        <source>{name} is a WaterNet network and is never replaced. Choose another name.</source>
        <translation>{name} 是 WaterNet 管网，不会被替换。请改用其他名称。</translation>
    </message>
    <message>
        <source>{name} is open in another program. Close it there or choose another name.</source>
        <translation>{name} 已在其他程序中打开。请在该程序中关闭，或改用其他名称。</translation>
    </message>
    <message>
        <source>Fields of {name} (text in {encoding})</source>
        <translation>{name} 的字段（文本编码 {encoding}）</translation>
    </message>
    <message>
        <source>There is nothing to export: {tables} has no rows.</source>
        <translation>没有可导出的内容：{tables} 没有行。</translation>
    </message>
    <message>
        <source>All algorithms</source>
        <translation>全部算法</translation>
    </message>
    <message>
        <source>Start page</source>
        <translation>起始页</translation>
    </message>
    <message>
        <source>Sample town, new network, your own data</source>
        <translation>示例城镇、新建管网、已有数据</translation>
    </message>
    <message>
        <source>WaterNet panel</source>
        <translation>WaterNet 面板</translation>
    </message>
    <message>
        <source>Show or hide the state of the network</source>
        <translation>显示或隐藏管网状态</translation>
    </message>
    <message>
        <source>Bring in data…</source>
        <translation>数据入库…</translation>
    </message>
    <message>
        <source>Adopt files and layers</source>
        <translation>将文件和图层入库</translation>
    </message>
    <message>
        <source>Print map book…</source>
        <translation>输出图册…</translation>
    </message>
    <message>
        <source>Print the map book</source>
        <translation>输出图册</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Export tables, themes or a selection</source>
        <translation>导出数据表、主题或所选要素</translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>Guide</source>
        <translation>使用指南</translation>
    </message>
    <message>
        <source>About WaterNet</source>
        <translation>关于 WaterNet</translation>
    </message>
    <message>
        <source>CNY</source>
        <translation>元</translation>
    </message>
    <message>
        <source>million {currency}</source>
        <comment>in Chinese: ten thousand</comment>
        <translation>万{currency}</translation>
    </message>
    <message>
        <source>Recent networks, open, new, close</source>
        <translation>最近的管网、打开、新建、关闭</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>{name} is no longer in its folder: it was moved, renamed or deleted. Choose where it is now.</source>
        <translation>{name} 已不在原文件夹：可能被移动、改名或删除。请指明现在的位置。</translation>
    </message>
    <message>
        <source>Find it…</source>
        <translation>查找…</translation>
    </message>
    <message>
        <source>The texts of this project are in another language ({language}).</source>
        <translation>本工程的文字是另一种语言（{language}）。</translation>
    </message>
    <message>
        <source>Rewrite</source>
        <translation>改写</translation>
    </message>
    <message>
        <source>Snapping to the pipes is off in this project.</source>
        <translation>本工程未开启对管线的捕捉。</translation>
    </message>
    <message>
        <source>Switch on</source>
        <translation>开启</translation>
    </message>
    <message>
        <source>Where is the network now?</source>
        <translation>管网现在在哪里？</translation>
    </message>
    <message>
        <source>Open network…</source>
        <translation>打开管网…</translation>
    </message>
    <message>
        <source>Add to current project…</source>
        <translation>添加到当前工程…</translation>
    </message>
    <message>
        <source>New network…</source>
        <translation>新建管网…</translation>
    </message>
    <message>
        <source>Close network</source>
        <translation>关闭管网</translation>
    </message>
    <message>
        <source>Open network</source>
        <translation>打开管网</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>没有管网</translation>
    </message>
    <message>
        <source>WaterNet guide</source>
        <translation>WaterNet 使用指南</translation>
    </message>
    <message>
        <source>Length, m</source>
        <translation>长度（m）</translation>
    </message>
    <message>
        <source>First reason</source>
        <translation>主要原因</translation>
    </message>
    <message>
        <source>The pipes to renew now fail {rate} times as often as the network average, and a failure there costs {cost} times as much.</source>
        <translation>须立即改造的管段故障率为全网平均的 {rate} 倍，单次故障损失为 {cost} 倍。</translation>
    </message>
    <message>
        <source>The pipes to renew now fail {rate} times as often as the network average.</source>
        <translation>须立即改造的管段故障率为全网平均的 {rate} 倍。</translation>
    </message>
    <message>
        <source>Why renew now</source>
        <comment>heading over reasons</comment>
        <translation>为何立即改造</translation>
    </message>
    <message>
        <source>Expected in the next {years} years: {failures} failures.</source>
        <translation>今后 {years} 年预计发生故障 {failures} 次。</translation>
    </message>
    <message>
        <source>{length} of {total} to renew now</source>
        <translation>{total} 中有 {length} 须立即改造</translation>
    </message>
    <message>
        <source>Nothing to renew now</source>
        <translation>没有须立即改造的管段</translation>
    </message>
    <message>
        <source>The network&apos;s mean is {rate} failures per 100 km per year.</source>
        <translation>全网平均故障率 {rate} 次/100 km·年。</translation>
    </message>
    <message numerus="yes">
        <source>%n selected pipe(s), {length}: {renew} to renew now</source>
        <translation>
            <numerusform>选中 %n 条管段，共 {length}：{renew} 须立即改造</numerusform>
        </translation>
    </message>
    <message>
        <source>They fail {times} times as often as the network average ({rate} against {mean}).</source>
        <translation>故障率为全网平均的 {times} 倍（{rate} 对 {mean}）。</translation>
    </message>
    <message>
        <source>None of them was assessed.</source>
        <translation>所选管段均未评估。</translation>
    </message>
    <message>
        <source>{rate} failures per 100 km per year, {times} times the network&apos;s mean.</source>
        <translation>故障率 {rate} 次/100 km·年，为全网平均的 {times} 倍。</translation>
    </message>
    <message>
        <source>Four out of five such pipes lie between {low} and {high}.</source>
        <translation>这类管段的 80% 介于 {low} 与 {high} 之间。</translation>
    </message>
    <message>
        <source>This is based on published rates only, so its accuracy is not known.</source>
        <translation>此处仅有文献故障率，误差无法估计。</translation>
    </message>
    <message>
        <source>Expected in {years} years: {failures} failures at {cost} each.</source>
        <translation>{years} 年内预计故障 {failures} 次，每次损失 {cost}。</translation>
    </message>
    <message>
        <source>Its risk per km is {times} times the network&apos;s mean.</source>
        <translation>单位长度风险为全网平均的 {times} 倍。</translation>
    </message>
    <message>
        <source>Reasons, strongest first</source>
        <translation>原因（由强到弱）</translation>
    </message>
    <message>
        <source>None are recorded for this pipe.</source>
        <translation>该管段没有故障记录。</translation>
    </message>
    <message>
        <source>not counted</source>
        <translation>不计入</translation>
    </message>
    <message>
        <source>Evidence: {evidence}.</source>
        <translation>依据：{evidence}。</translation>
    </message>
    <message>
        <source>The pipe {pipe_id} is no longer in the network.</source>
        <translation>管段 {pipe_id} 已不在管网中。</translation>
    </message>
    <message>
        <source>No pipe is selected. Select some on the map, and their figures appear here.</source>
        <translation>未选中管段。请在图上选择，此处显示其数值。</translation>
    </message>
    <message>
        <source>There is no assessment yet. Assess health to see the answer here.</source>
        <translation>尚无评估。完成健康评估后，此处显示结果。</translation>
    </message>
    <message>
        <source>failures of their own since {year}</source>
        <translation>{year} 年以来自身有故障</translation>
    </message>
    <message>
        <source>small diameters, which fail more often</source>
        <translation>小口径，故障较多</translation>
    </message>
    <message>
        <source>Health: why</source>
        <translation>健康评估：原因</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>所选管段</translation>
    </message>
    <message>
        <source>Pipe</source>
        <comment>one pipe</comment>
        <translation>管段</translation>
    </message>
    <message>
        <source>Which pipes the list shows</source>
        <translation>列表显示哪些管段</translation>
    </message>
    <message>
        <source>CSV…</source>
        <translation>CSV…</translation>
    </message>
    <message>
        <source>Reading health</source>
        <translation>读取评估结果</translation>
    </message>
    <message>
        <source>{head}; the first {shown} are listed, CSV has all</source>
        <translation>{head}；列出前 {shown} 条，CSV 含全部</translation>
    </message>
    <message>
        <source>Copied.</source>
        <translation>已复制。</translation>
    </message>
    <message>
        <source>The project {path} no longer exists. Find it, or open another one.</source>
        <translation>工程 {path} 已不存在。请查找，或打开其他工程。</translation>
    </message>
    <message>
        <source>This project already belongs to the network {name}. Close it first, or open another project.</source>
        <translation>该工程已属于管网 {name}。请先将其关闭，或打开其他工程。</translation>
    </message>
    <message>
        <source>You edited these styles, so they were left unchanged: {styles}.</source>
        <translation>以下样式经人工修改，保留不动：{styles}。</translation>
    </message>
    <message>
        <source>This location can&apos;t be shown in the project&apos;s coordinate system.</source>
        <translation>该位置无法在工程的坐标系中显示。</translation>
    </message>
    <message>
        <source>This one has no location on the map.</source>
        <translation>该记录在图上没有位置。</translation>
    </message>
    <message>
        <source>Save as CSV</source>
        <translation>另存为 CSV</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) written to {path}.</source>
        <translation>
            <numerusform>已将 %n 行写入 {path}。</numerusform>
        </translation>
    </message>
    <message>
        <source>{path} can&apos;t be written: {reason}. Choose another location.</source>
        <translation>{path} 无法写入：{reason}。请改选其他位置。</translation>
    </message>
    <message>
        <source>Collapse or expand this section</source>
        <translation>展开或折叠本节</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>更多操作</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Reading the network</source>
        <translation>读取管网</translation>
    </message>
    <message>
        <source>you</source>
        <translation>本人</translation>
    </message>
    <message>
        <source>Undo the last batch</source>
        <translation>撤销上一批次</translation>
    </message>
    <message>
        <source>Batches…</source>
        <translation>批次列表…</translation>
    </message>
    <message>
        <source>Back up now</source>
        <translation>立即备份</translation>
    </message>
    <message>
        <source>Pipes in use. Click for the statistics by system, DN, material and age.</source>
        <translation>在用管段。单击查看按系统、管径、管材和管龄的统计。</translation>
    </message>
    <message>
        <source>saved {when}, {who}</source>
        <translation>{when} 保存，{who}</translation>
    </message>
    <message numerus="yes">
        <source>Batch {batch} has been undone, %n row(s).</source>
        <translation>
            <numerusform>批次 {batch} 已撤销，共 %n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Show the folder</source>
        <translation>打开所在文件夹</translation>
    </message>
    <message>
        <source>The network was copied to {path}.</source>
        <translation>管网已复制到 {path}。</translation>
    </message>
    <message>
        <source>Backing up the network</source>
        <translation>备份管网</translation>
    </message>
    <message>
        <source>No network is open. Open one, or create one.</source>
        <translation>没有打开管网。请打开或新建管网。</translation>
    </message>
    <message>
        <source>Choose files…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Open layers</source>
        <translation>已打开的图层</translation>
    </message>
    <message>
        <source>Or drop files and folders here; several at once.</source>
        <translation>也可将文件和文件夹拖放到此处，可多个。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>图层</translation>
    </message>
    <message>
        <source>Becomes</source>
        <translation>入库为</translation>
    </message>
    <message>
        <source>Choose files</source>
        <translation>选择文件</translation>
    </message>
    <message>
        <source>No other layer is open.</source>
        <translation>没有打开其他图层。</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>{encoding} (found)</source>
        <translation>{encoding}（已识别）</translation>
    </message>
    <message>
        <source>detect it</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>First rows of {name}</source>
        <translation>{name} 的前几行</translation>
    </message>
    <message>
        <source>A mapping needs a name. Type one.</source>
        <translation>映射需要名称。请输入名称。</translation>
    </message>
    <message>
        <source>The mapping can&apos;t be saved to {path}: {reason}. Choose another location.</source>
        <translation>映射无法保存到 {path}：{reason}。请改选其他位置。</translation>
    </message>
    <message>
        <source>No file is chosen yet. Choose files, or drop them here.</source>
        <translation>尚未选择文件。请选择文件，或拖放到此处。</translation>
    </message>
    <message>
        <source>No layer is ticked. Tick the layers to adopt.</source>
        <translation>未勾选图层。请勾选要入库的图层。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read: {reason} Or untick it.</source>
        <translation>{name} 无法读取：{reason}也可取消勾选。</translation>
    </message>
    <message>
        <source>{name}: nothing fills “{field}”. Choose its column, or one value for all rows.</source>
        <translation>{name}：“{field}”没有来源。请选择其列，或为全部行指定一个值。</translation>
    </message>
    <message numerus="yes">
        <source>%n code(s) have no meaning yet. Accept the suggestions or choose a meaning.</source>
        <translation>
            <numerusform>%n 个代码尚无含义。请采纳建议，或选择含义。</numerusform>
        </translation>
    </message>
    <message>
        <source>The network needs a file name that ends in .gpkg.</source>
        <translation>管网需要以 .gpkg 结尾的文件名。</translation>
    </message>
    <message>
        <source>{path} already exists. Choose another name.</source>
        <translation>{path} 已存在。请改用其他名称。</translation>
    </message>
    <message>
        <source>The network needs a coordinate system. Choose a projected one in metres.</source>
        <translation>管网需要坐标系。请选择以米为单位的投影坐标系。</translation>
    </message>
    <message>
        <source>(leave empty)</source>
        <translation>（留空）</translation>
    </message>
    <message>
        <source>Testing {name}</source>
        <translation>试运行 {name}</translation>
    </message>
    <message>
        <source>Adopting {name}</source>
        <translation>{name} 入库</translation>
    </message>
    <message>
        <source>{asset} is of the kind {kind}, which has no “{field}”. Leave that field empty.</source>
        <translation>{asset} 的设施类型为{kind}，没有“{field}”。请将该字段留空。</translation>
    </message>
    <message>
        <source>{asset}: “{field}” can't be saved. {reason}</source>
        <translation>{asset}：“{field}”不能保存。{reason}</translation>
    </message>
    <message>
        <source>Instead of TABLE: everything that a theme shows (system, material, age, status, health, ...).</source>
        <translation>代替 TABLE：一个主题所示的全部内容（system 系统、material 管材、age 管龄、status 使用状态、health 健康等）。</translation>
    </message>
    <message>
        <source>Only the rows with these ids, separated by semicolons or as a JSON list; for one table. Empty: all rows.</source>
        <translation>只导出这些编号的行，以分号分隔或写成 JSON 列表；只适用于一张表。留空为全部行。</translation>
    </message>
    <message>
        <source>What the format could not store</source>
        <translation>格式容纳不下的内容</translation>
    </message>
    <message>
        <source>{table} has {rows:,} rows, more than an XLSX sheet can hold. Choose CSV or GPKG.</source>
        <translation>{table} 有 {rows:,} 行，超过 XLSX 单个工作表的上限。请选择 CSV 或 GPKG。</translation>
    </message>
    <message numerus="yes">
        <source>%n selected id(s) are not in the table.</source>
        <translation>
            <numerusform>所选编号中有 %n 个不在表中。</numerusform>
        </translation>
    </message>
    <message>
        <source>The geometries of {tables} are not in the file: this format has points only, as x and y.</source>
        <translation>{tables} 的图形不在文件中：该格式只有点，写为 x 和 y。</translation>
    </message>
    <message numerus="yes">
        <source>A &apos; was put in front of %n text(s) that a spreadsheet would run as formulas.</source>
        <translation>
            <numerusform>%n 处文本会被电子表格当作公式，已在前面加 '。</numerusform>
        </translation>
    </message>
    <message>
        <source>GeoPackage</source>
        <translation>GeoPackage</translation>
    </message>
    <message>
        <source>Stores everything as it is; several tables become layers of one file.</source>
        <translation>内容完整保留；多张表存为同一文件中的图层。</translation>
    </message>
    <message>
        <source>Shapefile</source>
        <translation>Shapefile 文件</translation>
    </message>
    <message>
        <source>Names of at most ten bytes (a text file next to it explains them), text of at most 254, dates without a time; one file per table.</source>
        <translation>字段名最多 10 字节（含义见旁边的文本文件），文本最多 254 字节，日期不含时间；每表一个文件。</translation>
    </message>
    <message>
        <source>CSV</source>
        <translation>CSV</translation>
    </message>
    <message>
        <source>Excel (XLSX)</source>
        <translation>Excel 工作簿（XLSX）</translation>
    </message>
    <message>
        <source>Points as x and y, no lines or areas; several tables become sheets of one file.</source>
        <translation>点写为 x 和 y，不含线和面；多张表存为同一文件中的工作表。</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>A table, everything that a theme shows, or the selected rows of a layer.</source>
        <translation>一张表、一个主题所示的全部内容，或图层中选中的行。</translation>
    </message>
    <message>
        <source>Field names for scripts, labels for people.</source>
        <translation>字段名适合脚本，名称适合阅读。</translation>
    </message>
    <message>
        <source>Codes as they are stored, or what they mean.</source>
        <translation>存储的代码，或其含义。</translation>
    </message>
    <message>
        <source>GBK for older Chinese programs; characters it lacks become “?” and are counted.</source>
        <translation>GBK 适合较老的国内程序；无法表示的字符以“?”代替并计数。</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Labels in English</source>
        <translation>英文名称</translation>
    </message>
    <message>
        <source>Labels in Chinese</source>
        <translation>中文名称</translation>
    </message>
    <message>
        <source>Field names</source>
        <translation>字段名</translation>
    </message>
    <message>
        <source>Codes</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Counting rows</source>
        <translation>统计行数</translation>
    </message>
    <message>
        <source>Unsaved edits of {layers} are not exported: save them first.</source>
        <translation>{layers} 中尚未保存的编辑不会导出：请先保存。</translation>
    </message>
    <message>
        <source>{rows} rows were written to {name}.</source>
        <translation>已将 {rows} 行写入 {name}。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Assess</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Showing the assessment</source>
        <translation>显示评估结果</translation>
    </message>
    <message>
        <source>Class before</source>
        <translation>前次等级</translation>
    </message>
    <message>
        <source>Class now</source>
        <translation>后次等级</translation>
    </message>
    <message>
        <source>Rate before</source>
        <translation>前次故障率</translation>
    </message>
    <message>
        <source>Rate now</source>
        <translation>后次故障率</translation>
    </message>
    <message>
        <source>Changes {first} → {second}</source>
        <translation>变化 {first} → {second}</translation>
    </message>
    <message>
        <source>Health: what changed</source>
        <translation>健康评估：变化</translation>
    </message>
    <message>
        <source>Comparing…</source>
        <translation>正在对比…</translation>
    </message>
    <message>
        <source>Comparing two assessments</source>
        <translation>对比两次评估</translation>
    </message>
    <message>
        <source>Choose two different assessments.</source>
        <translation>请选择两次不同的评估。</translation>
    </message>
    <message>
        <source>Nothing changed.</source>
        <translation>没有变化。</translation>
    </message>
    <message>
        <source>The report is at {path}; no browser could open it.</source>
        <translation>报告位于 {path}；未能打开浏览器。</translation>
    </message>
    <message>
        <source>Writing the report</source>
        <translation>写报告</translation>
    </message>
    <message>
        <source>Renew now, km</source>
        <translation>立即改造（km）</translation>
    </message>
    <message>
        <source>On the map</source>
        <translation>图上</translation>
    </message>
    <message>
        <source>Assessments</source>
        <translation>历次评估</translation>
    </message>
    <message>
        <source>Compare the two selected</source>
        <translation>对比所选两次</translation>
    </message>
    <message>
        <source>Always the newest</source>
        <translation>始终采用最近一次</translation>
    </message>
    <message>
        <source>Map, list and figures follow the newest assessment</source>
        <translation>地图、列表和数值随最近一次评估更新</translation>
    </message>
    <message>
        <source>Show this one</source>
        <translation>采用这一次</translation>
    </message>
    <message>
        <source>Plan</source>
        <comment>verb</comment>
        <translation>编制</translation>
    </message>
    <message>
        <source>First year of the plan.</source>
        <translation>计划的第一年。</translation>
    </message>
    <message>
        <source>How packages are ranked: by benefit per cost, or by a simple rule for comparison.</source>
        <translation>项目的排序策略：效益投资比，或用于对比的简单策略。</translation>
    </message>
    <message>
        <source>Give the annual budget as a number greater than 0, such as 3000000.</source>
        <translation>请填写每年金额，为大于 0 的数值，如 3000000。</translation>
    </message>
    <message>
        <source>Showing the plan</source>
        <translation>显示改造计划</translation>
    </message>
    <message>
        <source>Source: {network}, plan {plan}; {date}</source>
        <translation>来源：{network}，计划 {plan}；{date}</translation>
    </message>
    <message>
        <source>No package is funded</source>
        <translation>未安排任何项目</translation>
    </message>
    <message>
        <source>budget {budget}</source>
        <translation>预算 {budget}</translation>
    </message>
    <message>
        <source>The first half of the money brings {share} of the benefit</source>
        <translation>前一半资金带来 {share} 的效益</translation>
    </message>
    <message>
        <source>if all packages were alike</source>
        <translation>若各项目效益相当</translation>
    </message>
    <message>
        <source>Cost, {unit}</source>
        <translation>投资（{unit}）</translation>
    </message>
    <message>
        <source>Benefit, %</source>
        <translation>效益（%）</translation>
    </message>
    <message>
        <source>Cumulative cost</source>
        <translation>累计投资</translation>
    </message>
    <message>
        <source>Cumulative benefit</source>
        <translation>累计效益</translation>
    </message>
    <message>
        <source>Why…</source>
        <translation>原因…</translation>
    </message>
    <message>
        <source>Show on the map</source>
        <translation>在图上显示</translation>
    </message>
    <message>
        <source>Assessments…</source>
        <translation>历次评估…</translation>
    </message>
    <message>
        <source>Compare two assessments…</source>
        <translation>评估对比…</translation>
    </message>
    <message>
        <source>Health</source>
        <translation>健康评估</translation>
    </message>
    <message>
        <source>Shows how many km to renew now, and why.</source>
        <translation>显示有多少公里须立即改造及其原因。</translation>
    </message>
    <message>
        <source>Shows what to renew, once there are pipes.</source>
        <translation>有管段后，显示须改造的管段。</translation>
    </message>
    <message>
        <source>Bring in data</source>
        <translation>数据入库</translation>
    </message>
    <message>
        <source>{km} to renew now</source>
        <translation>立即改造 {km}</translation>
    </message>
    <message>
        <source>as of {date}</source>
        <translation>基准日 {date}</translation>
    </message>
    <message>
        <source>{note}, an earlier assessment</source>
        <translation>{note}，较早的评估</translation>
    </message>
    <message>
        <source>Assess the health of all pipes again</source>
        <translation>重新评估全部管段</translation>
    </message>
    <message numerus="yes">
        <source>{matched} of %n failure(s) are matched to a pipe.</source>
        <translation>
            <numerusform>%n 次故障中 {matched} 次已匹配到管段。</numerusform>
        </translation>
    </message>
    <message>
        <source>Packages…</source>
        <translation>项目清单…</translation>
    </message>
    <message>
        <source>Plan with all options…</source>
        <translation>按全部选项编制…</translation>
    </message>
    <message>
        <source>Plan</source>
        <comment>noun</comment>
        <translation>改造计划</translation>
    </message>
    <message>
        <source>Shows which streets to renew in which year.</source>
        <translation>显示哪年改造哪些道路。</translation>
    </message>
    <message>
        <source>Shows which streets to renew, once health is assessed.</source>
        <translation>完成健康评估后，显示须改造的道路。</translation>
    </message>
    <message>
        <source>{money} a year, {strategy}</source>
        <translation>每年 {money}，{strategy}</translation>
    </message>
    <message>
        <source>older than the newest assessment; {note}</source>
        <translation>早于最近一次评估；{note}</translation>
    </message>
    <message>
        <source>Plan renewal again, with another budget or period</source>
        <translation>按新的预算或年限重新编制</translation>
    </message>
    <message>
        <source>Every pipe on one map</source>
        <translation>全部管线一张图</translation>
    </message>
    <message>
        <source>Open the sample town</source>
        <translation>打开示例城镇</translation>
    </message>
    <message>
        <source>New network</source>
        <translation>新建管网</translation>
    </message>
    <message>
        <source>An empty network: choose the coordinate system and the place, then draw.</source>
        <translation>空管网：选择坐标系和位置，然后绘制。</translation>
    </message>
    <message>
        <source>Bring in my data</source>
        <translation>导入已有数据</translation>
    </message>
    <message>
        <source>Turns your shapefiles, tables and other files into a network, checking them first.</source>
        <translation>将 Shapefile、表格等文件检查后建成管网。</translation>
    </message>
    <message>
        <source>Recent networks</source>
        <translation>最近的管网</translation>
    </message>
    <message>
        <source>Open another…</source>
        <translation>打开其他…</translation>
    </message>
    <message>
        <source>None yet. Networks you open are listed here.</source>
        <translation>暂无。打开过的管网列在此处。</translation>
    </message>
    <message>
        <source>Show at startup</source>
        <translation>启动时显示</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) missing</source>
        <translation>
            <numerusform>缺少 %n 个 Python 包</numerusform>
        </translation>
    </message>
    <message>
        <source>all packages installed</source>
        <translation>所需 Python 包齐全</translation>
    </message>
    <message>
        <source>What to do…</source>
        <translation>处理办法…</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>可入库</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>拒收</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Show rejected rows on the map</source>
        <translation>在图上显示拒收的行</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>保存报告…</translation>
    </message>
    <message>
        <source>Undo the adoption</source>
        <translation>撤销入库</translation>
    </message>
    <message>
        <source>Assess health</source>
        <translation>健康评估</translation>
    </message>
    <message>
        <source>Adopted</source>
        <translation>已入库</translation>
    </message>
    <message>
        <source>Adopted into {name}.</source>
        <translation>已入库到 {name}。</translation>
    </message>
    <message>
        <source>Nothing has been written yet. “Adopt” creates {name} and writes these rows.</source>
        <translation>尚未写入。单击“入库”将新建 {name} 并写入这些行。</translation>
    </message>
    <message>
        <source>Nothing has been written yet. “Adopt” writes these rows to {name}.</source>
        <translation>尚未写入。单击“入库”将这些行写入 {name}。</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>The report is in {path}.</source>
        <translation>报告位于 {path}。</translation>
    </message>
    <message>
        <source>Codes without a suggestion become “unknown”, or stay empty where there is no such code.</source>
        <translation>没有建议的代码记为“不明”；没有该代码的留空。</translation>
    </message>
    <message>
        <source>Code in the file</source>
        <translation>文件代码</translation>
    </message>
    <message>
        <source>Means</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>{n} more codes are not listed. Is this the right column?</source>
        <translation>另有 {n} 个代码未列出。该列是否选对？</translation>
    </message>
    <message>
        <source>set</source>
        <translation>已定</translation>
    </message>
    <message>
        <source>open</source>
        <translation>待定</translation>
    </message>
    <message>
        <source>Accept all suggestions ({n})</source>
        <translation>采纳全部建议（{n}）</translation>
    </message>
    <message>
        <source>Set the rest to unknown ({n})</source>
        <translation>其余记为不明（{n}）</translation>
    </message>
    <message>
        <source>Every code in the files is already known. There is nothing to decide.</source>
        <translation>文件中的代码均可直接识别，无需处理。</translation>
    </message>
    <message>
        <source>Codes in the files that still need a meaning: {n}.</source>
        <translation>文件中有 {n} 个代码等待确定含义。</translation>
    </message>
    <message>
        <source>Every code has a meaning.</source>
        <translation>所有代码均已有含义。</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Fields</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Check</source>
        <comment>wizard step</comment>
        <translation>检查</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message numerus="yes">
        <source>Reading %n file(s)</source>
        <translation>
            <numerusform>读取 %n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>入库</translation>
    </message>
    <message numerus="yes">
        <source>{rows} rows in %n layer(s)</source>
        <translation>
            <numerusform>%n 个图层，共 {rows} 行</numerusform>
        </translation>
    </message>
    <message>
        <source>{written} rows adopted, {rejected} rejected</source>
        <translation>已入库 {written} 行，拒收 {rejected} 行</translation>
    </message>
    <message>
        <source>{written} rows ready, {rejected} rejected</source>
        <translation>可入库 {written} 行，拒收 {rejected} 行</translation>
    </message>
    <message>
        <source>Testing the adoption</source>
        <translation>入库试运行</translation>
    </message>
    <message numerus="yes">
        <source>Adopting %n layer(s)</source>
        <translation>
            <numerusform>%n 个图层入库</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} rejected rows are in the layer “{layer}”. Correct them there and adopt that layer.</source>
        <translation>{n} 行拒收的记录在图层“{layer}”中。请在其中修正，再将该图层入库。</translation>
    </message>
    <message>
        <source>The adoption was undone: {rows} rows were removed again.</source>
        <translation>已撤销入库：{rows} 行已移除。</translation>
    </message>
    <message>
        <source>Undoing the adoption</source>
        <translation>撤销入库</translation>
    </message>
    <message>
        <source>Work is in progress. Stop it and close? Nothing will be written.</source>
        <translation>正在处理。是否停止并关闭？停止后不会写入任何内容。</translation>
    </message>
    <message>
        <source>Close without adopting? The mapping you set up here would be lost.</source>
        <translation>是否不入库直接关闭？此处设置的映射将丢失。</translation>
    </message>
    <message>
        <source>inch</source>
        <translation>英寸</translation>
    </message>
    <message>
        <source>foot</source>
        <translation>英尺</translation>
    </message>
    <message>
        <source>US survey foot</source>
        <translation>美国测量英尺</translation>
    </message>
    <message>
        <source>year</source>
        <translation>年份</translation>
    </message>
    <message>
        <source>date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>day/month/year</source>
        <translation>日/月/年</translation>
    </message>
    <message>
        <source>month/day/year</source>
        <translation>月/日/年</translation>
    </message>
    <message>
        <source>{field}: must be known</source>
        <translation>{field}：必填</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>（无）</translation>
    </message>
    <message>
        <source>a date such as 2020-12-31</source>
        <translation>日期，如 2020-12-31</translation>
    </message>
    <message>
        <source>{field}: “{text}” is not a valid value for all rows. Type {kind}.</source>
        <translation>{field}：“{text}”不能作为全部行的值。请输入{kind}。</translation>
    </message>
    <message>
        <source>a date and time</source>
        <translation>日期和时间</translation>
    </message>
    <message>
        <source>not valid</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>Save, load or export the mapping</source>
        <translation>保存、加载或导出映射</translation>
    </message>
    <message>
        <source>Save the mapping as…</source>
        <translation>映射另存为…</translation>
    </message>
    <message>
        <source>Load a mapping file…</source>
        <translation>加载映射文件…</translation>
    </message>
    <message>
        <source>Export the mapping as a file…</source>
        <translation>将映射导出为文件…</translation>
    </message>
    <message>
        <source>WaterNet field</source>
        <translation>字段</translation>
    </message>
    <message>
        <source>Column in the file</source>
        <translation>文件列</translation>
    </message>
    <message>
        <source>Read as</source>
        <translation>读取方式</translation>
    </message>
    <message>
        <source>If empty</source>
        <translation>空值时</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>推测</translation>
    </message>
    <message>
        <source>last used, {date}</source>
        <translation>上次使用，{date}</translation>
    </message>
    <message>
        <source>Save the mapping</source>
        <translation>保存映射</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The mapping is saved as “{name}”.</source>
        <translation>映射已保存为“{name}”。</translation>
    </message>
    <message>
        <source>Load a mapping file</source>
        <translation>加载映射文件</translation>
    </message>
    <message>
        <source>Export the mapping</source>
        <translation>导出映射</translation>
    </message>
    <message>
        <source>The mapping is in {path}.</source>
        <translation>映射位于 {path}。</translation>
    </message>
    <message>
        <source>A new network</source>
        <translation>新建管网</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>浏览…</translation>
    </message>
    <message>
        <source>Coordinate system of each file</source>
        <translation>各文件的坐标系</translation>
    </message>
    <message>
        <source>The open network, {name}</source>
        <translation>已打开的管网 {name}</translation>
    </message>
    <message>
        <source>{name} lies {km:,.0f} km from {first}. Check its coordinate system.</source>
        <translation>{name} 距 {first} {km:,.0f} km。请检查其坐标系。</translation>
    </message>
    <message>
        <source>Nothing to show yet.</source>
        <translation>暂无内容。</translation>
    </message>
    <message>
        <source>{width:.1f} × {height:.1f} km</source>
        <translation>{width:.1f} × {height:.1f} km</translation>
    </message>
    <message>
        <source>The middle is at {lon:.4f}° {ew}, {lat:.4f}° {ns}; {size}.</source>
        <translation>中心位于{ew} {lon:.4f}°、{ns} {lat:.4f}°；范围 {size}。</translation>
    </message>
    <message>
        <source>east</source>
        <translation>东经</translation>
    </message>
    <message>
        <source>west</source>
        <translation>西经</translation>
    </message>
    <message>
        <source>north</source>
        <translation>北纬</translation>
    </message>
    <message>
        <source>south</source>
        <translation>南纬</translation>
    </message>
    <message>
        <source>Rejected: {name}</source>
        <translation>拒收：{name}</translation>
    </message>
    <message>
        <source>Points as x and y, no lines or areas; one file a table. Excel turns 0012 into 12 when it opens a CSV: choose XLSX for Excel.</source>
        <translation>点写为 x 和 y，不含线和面；每表一个文件。Excel 打开 CSV 时会把 0012 变成 12：供 Excel 使用请选 XLSX。</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Number of files</source>
        <translation>文件数</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>version unknown</source>
        <translation>版本不明</translation>
    </message>
    <message>
        <source>Every pipe of a town on one map: adopt, assess, plan, print.</source>
        <translation>城镇全部管线一张图：入库、评估、计划、出图。</translation>
    </message>
    <message>
        <source>Batches of {name}</source>
        <translation>{name} 的批次</translation>
    </message>
    <message>
        <source>When</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>An undo is a batch too: undo it to do the first one again.</source>
        <translation>撤销也是批次：再撤销它即可重做。</translation>
    </message>
    <message>
        <source>Undo this batch</source>
        <translation>撤销此批次</translation>
    </message>
    <message>
        <source>Selected in {layer} ({n} rows)</source>
        <translation>{layer} 中选中的要素（{n} 行）</translation>
    </message>
    <message>
        <source>{table} ({n} rows)</source>
        <translation>{table}（{n} 行）</translation>
    </message>
    <message>
        <source>Theme: {theme}</source>
        <translation>主题：{theme}</translation>
    </message>
    <message>
        <source>{rows} rows were written to {files} files, the first being {name}.</source>
        <translation>已将 {rows} 行写入 {files} 个文件，首个为 {name}。</translation>
    </message>
    <message>
        <source>CGCS2000, central meridian {meridian}°E ({west}–{east}°E)</source>
        <translation>CGCS2000，中央子午线 {meridian}°E（{west}–{east}°E）</translation>
    </message>
    <message>
        <source>network</source>
        <comment>file name</comment>
        <translation>管网</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Another one…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <source>{crs} is not a plane coordinate system in metres. Choose a projected one.</source>
        <translation>{crs} 不是以米为单位的平面坐标系。请选择投影坐标系。</translation>
    </message>
    <message>
        <source>Choose where to save the network.</source>
        <translation>请指定管网文件的位置。</translation>
    </message>
    <message>
        <source>{name} already exists and is kept. Choose another name.</source>
        <translation>{name} 已存在，不会改动。请改用其他名称。</translation>
    </message>
    <message>
        <source>Plan: packages</source>
        <translation>改造计划：项目</translation>
    </message>
    <message>
        <source>Which packages the list shows</source>
        <translation>列表显示哪些项目</translation>
    </message>
    <message>
        <source>Reading the plan</source>
        <translation>读取改造计划</translation>
    </message>
    <message>
        <source>There is no plan yet. Give a budget in the section Plan to see the plan here.</source>
        <translation>尚无改造计划。请在“改造计划”一节填写预算，结果显示在此处。</translation>
    </message>
    <message>
        <source>All funded</source>
        <translation>已安排资金</translation>
    </message>
    <message>
        <source>Not funded</source>
        <translation>未安排资金</translation>
    </message>
    <message>
        <source>All packages</source>
        <translation>全部项目</translation>
    </message>
    <message>
        <source>Cost per year</source>
        <translation>各年投资</translation>
    </message>
    <message>
        <source>Benefit for the money</source>
        <translation>投资与效益</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Save the plot as SVG or PNG, 160 x 90 mm</source>
        <translation>将图保存为 SVG 或 PNG，160 x 90 mm</translation>
    </message>
    <message>
        <source>Save the plot&apos;s numbers</source>
        <translation>保存图中数值</translation>
    </message>
    <message>
        <source>{title}. The plot needs the Python package matplotlib, which is not installed.</source>
        <translation>{title}。绘图需要 Python 包 matplotlib，尚未安装。</translation>
    </message>
    <message>
        <source>Drawing a plot</source>
        <translation>绘图</translation>
    </message>
    <message>
        <source>Save the plot</source>
        <translation>保存图</translation>
    </message>
    <message>
        <source>The plot is at {path}.</source>
        <translation>图位于 {path}。</translation>
    </message>
    <message>
        <source>Show the start page when QGIS starts</source>
        <translation>QGIS 启动时显示起始页</translation>
    </message>
    <message>
        <source>This name is recorded with every edit and batch. It is the name of your computer account; the environment variable WATERNET_USER overrides it.</source>
        <translation>该姓名记入每次编辑和批次。默认取计算机账户名；设置环境变量 WATERNET_USER 时以其为准。</translation>
    </message>
    <message>
        <source>Thresholds of this network…</source>
        <translation>本管网的阈值…</translation>
    </message>
    <message>
        <source>Open a network first: each has its own thresholds.</source>
        <translation>请先打开管网：各管网有自己的阈值。</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Thresholds</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Age</source>
        <translation>管龄</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>使用状态</translation>
    </message>
    <message>
        <source>Share (%)</source>
        <translation>占比（%）</translation>
    </message>
    <message>
        <source>Statistics of {name}</source>
        <translation>{name} 的统计</translation>
    </message>
    <message>
        <source>Pipes in use; the page Status shows all pipes.</source>
        <translation>仅含在用管段；全部管段见“使用状态”页。</translation>
    </message>
    <message>
        <source>Copy as CSV</source>
        <translation>复制为 CSV</translation>
    </message>
    <message>
        <source>No pipes yet.</source>
        <translation>尚无管段。</translation>
    </message>
    <message>
        <source>Thresholds of {name}</source>
        <translation>{name} 的阈值</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Threshold</source>
        <translation>阈值</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>默认值</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Adopt your files, see what is there, find what to renew, print it.</source>
        <translation>数据入库，查看现状，找出须改造的管段，输出图册。</translation>
    </message>
    <message>
        <source>Place on the map</source>
        <translation>图上位置</translation>
    </message>
    <message>
        <source>changed</source>
        <translation>已改动</translation>
    </message>
    <message>
        <source>heights changed</source>
        <translation>高程已改动</translation>
    </message>
    <message>
        <source>moved by {distance} m</source>
        <translation>移动了 {distance} m</translation>
    </message>
    <message>
        <source>No network is open. Start with the sample town, a new network or your own files.</source>
        <translation>没有打开管网。可从示例城镇、新建管网或已有文件开始。</translation>
    </message>
    <message>
        <source>unknown</source>
        <comment>hint in an empty field</comment>
        <translation>未知</translation>
    </message>
    <message>
        <source>This must be filled in.</source>
        <translation>此项必填。</translation>
    </message>
    <message>
        <source>This id already exists.</source>
        <translation>该编号已存在。</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>Nothing has been recorded yet.</source>
        <translation>尚无记录。</translation>
    </message>
    <message>
        <source>{field}: {before} → {after}</source>
        <comment>old and new value of a field</comment>
        <translation>{field}：{before} → {after}</translation>
    </message>
    <message>
        <source>{field}: {after}</source>
        <comment>what happened to a field</comment>
        <translation>{field}：{after}</translation>
    </message>
    <message>
        <source>Choose a change made by a batch. Edits made by hand are undone by hand.</source>
        <translation>请选择由批次产生的改动。手工编辑请手工改回。</translation>
    </message>
    <message>
        <source>Batch {batch} has already been undone or can&apos;t be undone.</source>
        <translation>批次 {batch} 已撤销或不能撤销。</translation>
    </message>
    <message numerus="yes">
        <source>Undoes the whole of batch {batch}, %n row(s).</source>
        <translation>
            <numerusform>撤销整个批次 {batch}，共 %n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>There are unsaved edits. Save or discard them, then undo.</source>
        <translation>有尚未保存的编辑。请先保存或放弃，再撤销。</translation>
    </message>
    <message>
        <source>WaterNet: history</source>
        <translation>WaterNet：历史</translation>
    </message>
    <message>
        <source>WaterNet: why this score</source>
        <translation>WaterNet：评分原因</translation>
    </message>
    <message>
        <source>A new pipe gets its score at the next assessment.</source>
        <translation>新管段在下次评估时得到结果。</translation>
    </message>
    <message numerus="yes">
        <source>%n selected pipe(s), {length}: nothing to renew now</source>
        <translation>
            <numerusform>选中 %n 条管段，共 {length}：没有须立即改造的</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>{total} in {first}–{last}: the budget is used up in {used} of {all} years</source>
        <translation>{first}–{last} 年共 {total}：{all} 年中有 {used} 年用完预算</translation>
    </message>
    <message>
        <source>Export PDF</source>
        <translation>输出 PDF</translation>
    </message>
    <message>
        <source>Cutting the sheets</source>
        <translation>划分图幅</translation>
    </message>
    <message>
        <source>Choose a name for the PDF.</source>
        <translation>请指定要写入的 PDF。</translation>
    </message>
    <message>
        <source>The map book has {n} pages: {name}.</source>
        <translation>图册共 {n} 页：{name}。</translation>
    </message>
    <message>
        <source>The map view can&apos;t be transformed to the network&apos;s coordinate system. Zoom to the pipes.</source>
        <translation>地图视图无法转换到管网坐标系。请缩放到管线。</translation>
    </message>
    <message>
        <source>Type a scale from 1:50 to 1:10000000, for example 1:1000.</source>
        <translation>请输入 1:50 至 1:10000000 的比例尺，如 1:1000。</translation>
    </message>
    <message>
        <source>Nothing is selected. Select pipes or nodes on the map, or choose another area.</source>
        <translation>没有选中要素。请在图上选择管段或节点设施，或改选其他范围。</translation>
    </message>
    <message>
        <source>Choose a compound or zone from the list.</source>
        <translation>请从列表中选择小区或分区。</translation>
    </message>
    <message>
        <source>Print {compound}…</source>
        <translation>输出 {compound} 图册…</translation>
    </message>
    <message>
        <source>Add the sheet index to the map</source>
        <translation>将图幅结合表添加到地图</translation>
    </message>
    <message>
        <source>Whole network</source>
        <translation>全部管网</translation>
    </message>
    <message>
        <source>Map view</source>
        <translation>地图视图</translation>
    </message>
    <message>
        <source>Around the selection</source>
        <translation>所选要素周围</translation>
    </message>
    <message>
        <source>Compound or zone</source>
        <translation>小区或分区</translation>
    </message>
    <message>
        <source>Only sheets with pipes in this area are printed.</source>
        <translation>只输出该范围内有管线的图幅。</translation>
    </message>
    <message>
        <source>Name or id</source>
        <translation>名称或编号</translation>
    </message>
    <message>
        <source>Choose a scale or type its denominator.</source>
        <translation>请选择比例尺，或输入其分母。</translation>
    </message>
    <message>
        <source>For paper</source>
        <translation>用于打印</translation>
    </message>
    <message>
        <source>As on the screen</source>
        <translation>与屏幕一致</translation>
    </message>
    <message>
        <source>Standard CJJ 61</source>
        <translation>CJJ 61 标准</translation>
    </message>
    <message>
        <source>Which</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>比例尺</translation>
    </message>
    <message>
        <source>Paper size</source>
        <translation>图纸幅面</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>配色</translation>
    </message>
    <message>
        <source>Sheets 1:{scale}</source>
        <translation>图幅 1:{scale}</translation>
    </message>
    <message>
        <source>The sheet index {name} can&apos;t be shown.</source>
        <translation>图幅结合表 {name} 无法显示。</translation>
    </message>
    <message numerus="yes">
        <source>%n sheet(s)</source>
        <translation>
            <numerusform>%n 幅</numerusform>
        </translation>
    </message>
    <message>
        <source>Page {page}: sheet {number}</source>
        <translation>第 {page} 页：图幅 {number}</translation>
    </message>
    <message>
        <source>No pipe here: this sheet is left out.</source>
        <translation>此处没有管线：该图幅不出图。</translation>
    </message>
    <message>
        <source>1 sheet</source>
        <translation>1 幅</translation>
    </message>
    <message>
        <source>{n} sheets</source>
        <translation>{n} 幅</translation>
    </message>
    <message>
        <source>Open the last map book</source>
        <translation>打开最近的图册</translation>
    </message>
    <message>
        <source>Export tables…</source>
        <translation>导出数据表…</translation>
    </message>
    <message>
        <source>Sheet index…</source>
        <translation>图幅结合表…</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>出图</translation>
    </message>
    <message>
        <source>Prints the map book, once there are pipes.</source>
        <translation>有管段后，可输出图册。</translation>
    </message>
    <message>
        <source>{sheets}, {n} changed</source>
        <translation>{sheets}，{n} 幅有变化</translation>
    </message>
    <message>
        <source>Sheets at 1:{scale} on {paper}. Click to print.</source>
        <translation>{paper} 幅面 1:{scale} 的图幅。单击出图。</translation>
    </message>
    <message>
        <source>not printed yet</source>
        <translation>尚未出图</translation>
    </message>
    <message>
        <source>Atlas</source>
        <translation>图册</translation>
    </message>
    <message>
        <source>Choose area, scale and paper, and print.</source>
        <translation>选择范围、比例尺和纸张，然后出图。</translation>
    </message>
    <message>
        <source>Files are being read. Add more when that is done.</source>
        <translation>正在读取文件。请完成后再添加。</translation>
    </message>
    <message>
        <source>year of date</source>
        <translation>日期中的年份</translation>
    </message>
    <message>
        <source>The code “{code}” of “{field}” has no meaning yet. Choose one.</source>
        <translation>“{field}”的代码“{code}”尚无含义。请选择。</translation>
    </message>
    <message>
        <source>selection</source>
        <comment>in a file name</comment>
        <translation>所选</translation>
    </message>
    <message>
        <source>pipes</source>
        <comment>in a file name</comment>
        <translation>管段</translation>
    </message>
    <message>
        <source>Layers and tables</source>
        <translation>图层和表格</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>所有文件</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>放回</translation>
    </message>
    <message>
        <source>Choose a name for the file.</source>
        <translation>请指定要写入的文件。</translation>
    </message>
    <message>
        <source>Replaces the file of {day}.</source>
        <translation>将替换 {day} 的文件。</translation>
    </message>
    <message>
        <source>Assessment {run} was kept without its figures. Assess health again to see them here.</source>
        <translation>评估 {run} 保存时没有数值。请重新评估，结果显示在此处。</translation>
    </message>
    <message>
        <source>Writing a table</source>
        <translation>写入数据表</translation>
    </message>
    <message>
        <source>a of a×b</source>
        <translation>a×b 的 a</translation>
    </message>
    <message>
        <source>b of a×b</source>
        <translation>a×b 的 b</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>OK</source>
        <translation>确定</translation>
    </message>
    <message numerus="yes">
        <source>Not in this project: %n layer(s) of this network.</source>
        <translation>
            <numerusform>本管网有 %n 个图层不在本工程中。</numerusform>
        </translation>
    </message>
    <message>
        <source>{km} to renew now; why?</source>
        <translation>{km} 须立即改造，为什么？</translation>
    </message>
    <message>
        <source>Printing the map book</source>
        <translation>输出图册</translation>
    </message>
    <message>
        <source>chosen</source>
        <translation>选定</translation>
    </message>
    <message>
        <source>newest</source>
        <translation>最近一次</translation>
    </message>
    <message>
        <source>Tianditu streets</source>
        <translation>天地图矢量</translation>
    </message>
    <message>
        <source>Tianditu imagery</source>
        <translation>天地图影像</translation>
    </message>
    <message>
        <source>OpenStreetMap</source>
        <translation>OpenStreetMap 街道图</translation>
    </message>
    <message>
        <source>The group for base maps was removed from the project. Build the project again to get it back.</source>
        <translation>工程中的底图组已被移除。请重新生成工程以恢复。</translation>
    </message>
    <message>
        <source>Tianditu needs your own key. Enter it in the settings; it is free of charge.</source>
        <translation>天地图需要自己的密钥（免费）。请在设置中填写。</translation>
    </message>
    <message>
        <source>{service}, names</source>
        <translation>{service}注记</translation>
    </message>
    <message>
        <source>The image {path} can&apos;t be read. Choose another one.</source>
        <translation>影像 {path} 无法读取。请改选其他文件。</translation>
    </message>
    <message>
        <source>The drawing {path} can&apos;t be read or has nothing to draw. Choose another one.</source>
        <translation>图纸 {path} 无法读取，或没有可绘制的内容。请改选其他文件。</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>影像</translation>
    </message>
    <message>
        <source>Drawings</source>
        <translation>图纸</translation>
    </message>
    <message>
        <source>Add base map</source>
        <translation>添加底图</translation>
    </message>
    <message>
        <source>My image…</source>
        <translation>我的影像…</translation>
    </message>
    <message>
        <source>My drawing…</source>
        <translation>我的图纸…</translation>
    </message>
    <message>
        <source>Tianditu key…</source>
        <translation>天地图密钥…</translation>
    </message>
    <message>
        <source>Choose an image</source>
        <translation>选择影像</translation>
    </message>
    <message>
        <source>Choose a drawing</source>
        <translation>选择图纸</translation>
    </message>
    <message>
        <source>Your Tianditu key (free of charge at {address}):</source>
        <translation>天地图密钥（可在 {address} 免费申请）：</translation>
    </message>
    <message>
        <source>Tianditu</source>
        <translation>天地图</translation>
    </message>
    <message>
        <source>Other assessments: {runs}.</source>
        <translation>其他评估：{runs}。</translation>
    </message>
    <message>
        <source>{name}: “{value}” is not the required type of file: {kind}.</source>
        <translation>{name}：“{value}”的文件类型不符，应为：{kind}。</translation>
    </message>
    <message>
        <source>For the screen</source>
        <translation>用于屏幕</translation>
    </message>
    <message>
        <source>Standard CJJ 61: supply cyan, drains brown</source>
        <translation>CJJ 61 标准：给水青色，排水褐色</translation>
    </message>
    <message>
        <source>Map</source>
        <translation>地图</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>评估模型</translation>
    </message>
    <message>
        <source>Rivers</source>
        <translation>河流</translation>
    </message>
    <message>
        <source>A layer of lines or areas of water: path, path|layername=name, or a layer of the project.</source>
        <translation>水域的线或面图层：路径、“路径|layername=图层名”，或工程中的图层。</translation>
    </message>
    <message>
        <source>Railways</source>
        <translation>铁路</translation>
    </message>
    <message>
        <source>A layer of lines or areas of railways, named in the same way.</source>
        <translation>铁路的线或面图层，写法同上。</translation>
    </message>
    <message>
        <source>Model used</source>
        <translation>采用的模型</translation>
    </message>
    <message>
        <source>Finding who loses water</source>
        <translation>统计停水用户</translation>
    </message>
    <message>
        <source>Test the rating on past data</source>
        <translation>健康评估回测</translation>
    </message>
    <message>
        <source>Goes back to earlier dates, rates the pipes from what was known then, and counts how many of the failures that followed were on the worst 1, 5, 10 and 20 % of the length. Compares this with what random order, oldest first, past failures and other simple orders would have caught. Nothing in the network changes.</source>
        <translation>回到以前的日期，按当时已知的数据给管段排序，统计此后的故障有多少落在最差的 1%、5%、10% 和 20% 长度上，并与随机、管龄最长、历史故障等简单排序对比。不改动管网。</translation>
    </message>
    <message>
        <source>Cut-offs</source>
        <translation>截止日</translation>
    </message>
    <message>
        <source>Dates to test from, YYYY-MM-DD, separated by commas. Empty: a year apart, at least three.</source>
        <translation>回测的截止日，YYYY-MM-DD，多个以逗号分隔。留空时逐年取，至少三个。</translation>
    </message>
    <message>
        <source>Test years</source>
        <translation>检验年数</translation>
    </message>
    <message>
        <source>Years of failures after each cut-off, shortened where the records end earlier.</source>
        <translation>每个截止日之后用于检验的故障年数；记录不足时按记录截止。</translation>
    </message>
    <message>
        <source>Date from which all failures were recorded, YYYY-MM-DD. Empty: determined at each cut-off.</source>
        <translation>自该日起故障记录完整，格式 YYYY-MM-DD。留空时在各截止日自动判定。</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>抽样次数</translation>
    </message>
    <message>
        <source>Samples of the test pipes for the intervals; models are not fitted again.</source>
        <translation>为计算区间对检验管段抽样的次数；模型不重新拟合。</translation>
    </message>
    <message>
        <source>Seed of the samples: the same one gives the same intervals.</source>
        <translation>抽样的随机种子；种子相同，区间相同。</translation>
    </message>
    <message>
        <source>Captured failures</source>
        <translation>命中的故障</translation>
    </message>
    <message>
        <source>One row for each cut-off, order of pipes, segment and share of length.</source>
        <translation>每个截止日、排序方法、管段类别和长度比例各一行。</translation>
    </message>
    <message>
        <source>Orders compared, each cut-off, calibration, suspect fields; figures in a .json file next to it.</source>
        <translation>排序对比、各截止日、校准、可疑字段；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Cut-offs tested</source>
        <translation>已检验的截止日</translation>
    </message>
    <message>
        <source>Mean caught on 5 % of length</source>
        <translation>5% 长度平均命中率</translation>
    </message>
    <message>
        <source>Mean caught on 10 % of length</source>
        <translation>10% 长度平均命中率</translation>
    </message>
    <message>
        <source>Mean caught on 20 % of length</source>
        <translation>20% 长度平均命中率</translation>
    </message>
    <message>
        <source>Check network</source>
        <translation>管网数据检查</translation>
    </message>
    <message>
        <source>Looks for errors with a catalogue of more than a hundred rules: data that were read wrongly, topology, attributes, heights, systems that must not be connected, and records. What follows from an error is listed under it. Accepted issues stay accepted; those no longer found are marked as fixed.</source>
        <translation>按一百多条规则检查错误：数据读取、拓扑、属性、高程、系统错接和台账。由某个错误引起的问题归在其下。已确认无误的问题保持不变；不再发现的记为已修复。</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>Check only this area. Rules about the whole network are then skipped. Empty: everywhere.</source>
        <translation>只检查该范围，针对全网的规则不运行。留空为全网。</translation>
    </message>
    <message>
        <source>Only what changed</source>
        <translation>只检查改动部分</translation>
    </message>
    <message>
        <source>Check only around what was edited since the last check. The first check looks everywhere.</source>
        <translation>只检查上次检查后编辑过的地方及其周围。首次检查为全网。</translation>
    </message>
    <message>
        <source>Issues</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Every finding of this check with its state and root cause.</source>
        <translation>本次检查的全部问题及其状态和根源问题。</translation>
    </message>
    <message>
        <source>What is wrong, rule by rule, and grades of areas; figures in a .json file next to it.</source>
        <translation>按规则列出的问题和各区域质量等级；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Findings</source>
        <translation>问题数</translation>
    </message>
    <message>
        <source>Findings that are not caused by others</source>
        <translation>根源问题数</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Fixed</source>
        <translation>已修复</translation>
    </message>
    <message>
        <source>“{text}” is not a valid area. Give it as xmin,xmax,ymin,ymax.</source>
        <translation>“{text}”不是范围。请写成 xmin,xmax,ymin,ymax。</translation>
    </message>
    <message>
        <source>Export to EPANET</source>
        <translation>导出到 EPANET</translation>
    </message>
    <message>
        <source>Writes the network as an EPANET input file (.inp) that EPANET runs as it is. What was imported from such a file is written back with its ids, order, units, demands, curves and controls; only what has been changed on the map since is rewritten. Other networks get roughness by material, the demands of their customers, and heads from the settings; closed valves close a pipe.</source>
        <translation>将管网写成可直接运行的 EPANET 输入文件（.inp）。从此类文件导入的内容按原有编号、顺序、单位、需水量、曲线和控制写回，只改写此后在图上改动的部分。其他管网按管材取粗糙系数，按用户取需水量，按参数取水头；关闭的阀门写为关闭的管道。</translation>
    </message>
    <message>
        <source>Systems</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Systems to export, separated by semicolons. Only pipes in use are written.</source>
        <translation>要导出的系统，以分号分隔。只写在用管段。</translation>
    </message>
    <message>
        <source>EPANET file</source>
        <translation>EPANET 文件</translation>
    </message>
    <message>
        <source>The file to write.</source>
        <translation>要写入的文件。</translation>
    </message>
    <message>
        <source>EPANET file (*.inp)</source>
        <translation>EPANET 文件 (*.inp)</translation>
    </message>
    <message>
        <source>What was written, assumed, changed and left out; figures in a .json file next to it.</source>
        <translation>写入、假定、改动和略去的内容；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Junctions</source>
        <translation>连接节点</translation>
    </message>
    <message>
        <source>Reservoirs</source>
        <translation>水库</translation>
    </message>
    <message>
        <source>Tanks</source>
        <translation>水池</translation>
    </message>
    <message>
        <source>Pumps</source>
        <translation>水泵</translation>
    </message>
    <message>
        <source>Valves</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>There is no system {name}. The systems are: {names}.</source>
        <translation>没有系统 {name}。现有系统：{names}。</translation>
    </message>
    <message>
        <source>Import from EPANET</source>
        <translation>从 EPANET 导入</translation>
    </message>
    <message>
        <source>Creates a new network from an EPANET input file (.inp) in any flow unit. A pump or valve becomes a node with a connector on each side; reservoirs become sources. Demands, patterns, curves, controls and whatever else the map has no column for are kept with the network and exported again.</source>
        <translation>由任意流量单位的 EPANET 输入文件（.inp）新建管网。水泵或阀门变为节点，两侧各有一个连接件；水库变为水源。需水量、模式、曲线、控制及图上没有对应字段的内容随管网保存，导出时写回。</translation>
    </message>
    <message>
        <source>An EPANET input file.</source>
        <translation>EPANET 输入文件。</translation>
    </message>
    <message>
        <source>Coordinate system of the file</source>
        <translation>文件的坐标系</translation>
    </message>
    <message>
        <source>An EPANET file does not contain it; systems in feet are accepted too. Empty: a local plane, without a location on Earth.</source>
        <translation>EPANET 文件不注明坐标系，英尺制也可。留空为独立平面坐标，没有地理位置。</translation>
    </message>
    <message>
        <source>Coordinate system of the network</source>
        <translation>管网的坐标系</translation>
    </message>
    <message>
        <source>A projected one in metres. Empty: that of the file.</source>
        <translation>以米为单位的投影坐标系。留空与文件相同。</translation>
    </message>
    <message>
        <source>What was read and what was unusual; figures in a .json file next to it.</source>
        <translation>读入的内容和异常；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {reason}. Choose another file.</source>
        <translation>{path} 无法读取：{reason}。请改选其他文件。</translation>
    </message>
    <message>
        <source>No CRS was given: the network lies on a local plane, without a location on Earth. Import again with CRS to see it on a map.</source>
        <translation>未给出 CRS：管网采用独立平面坐标，没有地理位置。如需在地图上显示，请带 CRS 重新导入。</translation>
    </message>
    <message>
        <source>Isolate a burst</source>
        <translation>爆管关阀分析</translation>
    </message>
    <message>
        <source>Pipe</source>
        <translation>管段</translation>
    </message>
    <message>
        <source>Id of the burst pipe; or give POINT.</source>
        <translation>爆管管段的编号，或改用 POINT。</translation>
    </message>
    <message>
        <source>Point</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Location of the burst, as x,y in the network's coordinates, or x,y [EPSG:…]: the nearest water pipe in use is taken.</source>
        <translation>爆管位置：管网坐标 x,y，或 x,y [EPSG:…]；取最近的在用供水管段。</translation>
    </message>
    <message>
        <source>Valves that can&apos;t be closed</source>
        <translation>无法关闭的阀门</translation>
    </message>
    <message>
        <source>Ids separated by semicolons, in addition to the valves that are not operable or not accessible according to their own fields.</source>
        <translation>编号，以分号分隔。字段已注明不可操作或不可到达的阀门不必列出。</translation>
    </message>
    <message>
        <source>Hypothetical valves</source>
        <translation>假设的阀门</translation>
    </message>
    <message>
        <source>Ids of nodes to treat as valves, and of pipes to treat as having a valve in the middle, separated by semicolons. The network is not changed.</source>
        <translation>视为阀门的节点编号，或视为中间有阀门的管段编号，以分号分隔。不改动管网。</translation>
    </message>
    <message>
        <source>Other shutdowns</source>
        <translation>其他停水管段</translation>
    </message>
    <message>
        <source>Ids of pipes that are isolated at the same time for other reasons, separated by semicolons.</source>
        <translation>因其他原因同时停水的管段编号，以分号分隔。</translation>
    </message>
    <message>
        <source>Pipes that are isolated, lose water unintentionally, or become dead ends.</source>
        <translation>被隔离、连带停水或变成断头管的管段。</translation>
    </message>
    <message>
        <source>Customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Customers who lose water, the critical ones marked.</source>
        <translation>停水用户，标明重点用户。</translation>
    </message>
    <message>
        <source>The isolation as a page; figures in a .json file next to it.</source>
        <translation>关阀分析报告；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Notification list</source>
        <translation>停水通知清单</translation>
    </message>
    <message>
        <source>Customers to notify and valves to close, as sheets of an .xlsx.</source>
        <translation>应通知的用户和应关闭的阀门，为 .xlsx 工作表。</translation>
    </message>
    <message>
        <source>Shutdown order on one page</source>
        <translation>关阀工单</translation>
    </message>
    <message>
        <source>Valves to close</source>
        <translation>应关闭的阀门</translation>
    </message>
    <message>
        <source>Customers without water</source>
        <translation>停水用户</translation>
    </message>
    <message>
        <source>Households without water</source>
        <translation>停水户数</translation>
    </message>
    <message>
        <source>Critical customers without water</source>
        <translation>停水重点用户</translation>
    </message>
    <message>
        <source>Hydrants without water</source>
        <translation>停水消火栓</translation>
    </message>
    <message>
        <source>Length isolated (m)</source>
        <translation>隔离长度（m）</translation>
    </message>
    <message>
        <source>Length cut off unintentionally (m)</source>
        <translation>连带停水长度（m）</translation>
    </message>
    <message>
        <source>Volume to drain (m³)</source>
        <translation>泄水量（m³）</translation>
    </message>
    <message>
        <source>Give the location of the burst: either PIPE or POINT.</source>
        <translation>请用 PIPE 或 POINT 指明爆管位置。</translation>
    </message>
    <message>
        <source>Isolating</source>
        <translation>关阀分析</translation>
    </message>
    <message>
        <source>Groups the pipes that need renewing into packages of one street, estimates their cost and benefit, and fills the budget of each year with the packages of greatest benefit per cost. No year exceeds its budget; money left over is not carried over to the next year.
Projects within road works (table of road works) are cheaper in that year, and are not built in the years after it. Projects that together would cut off a critical customer are not built in the same year. Inside compounds the cost is split between government, utility and residents.
A package is named after its first pipe, so its id stays the same as long as the package exists. A new plan replaces the projects of the previous one, except those that are approved, under way or done.</source>
        <translation>将需要改造的管段按道路组成项目，估算投资和效益，并按效益投资比逐年安排预算。各年均不超预算，结余不结转下年。
位于道路工程（道路工程表）内的项目当年实施造价较低，此后数年不再开挖。会同时造成重点用户停水的项目不在同一年实施。小区内的费用由财政、供水企业和居民分摊。
项目以其首条管段命名，项目不变则编号不变。新计划替换上一计划的项目，已批准、实施中和已完成的除外。</translation>
    </message>
    <message>
        <source>Projects decided by hand, such as P-12:2028;P-77:drop;P-5:!2027. A locked project gets its year as far as the budget of that year allows; a dropped one gets none; ! marks a year in which a project must not be built.</source>
        <translation>人工确定的项目，如 P-12:2028;P-77:drop;P-5:!2027。锁定的项目在当年预算允许时安排在该年；drop 的项目不安排；! 表示不得在该年实施。</translation>
    </message>
    <message>
        <source>BUDGETS is missing. Give amounts per year, such as 3000000;5000000.</source>
        <translation>缺少 BUDGETS。请给出每年金额，如 3000000;5000000。</translation>
    </message>
    <message>
        <source>BUDGETS: “{text}” is not a list of amounts. Write them as 3000000;5000000.</source>
        <translation>BUDGETS：“{text}”不是金额列表。请写成 3000000;5000000。</translation>
    </message>
    <message>
        <source>Compare renewal scenarios</source>
        <translation>改造方案比较</translation>
    </message>
    <message>
        <source>Plans with every budget and every strategy and shows what each brings compared with doing nothing: failures avoided with their interval, risk removed, share of length renewed, infrastructure value index, and the curve of failures by year. Forecasts are scaled by a test on the network&apos;s own past. Nothing in the network changes.</source>
        <translation>按每种预算和策略编制计划，与不改造对比：避免的故障数及其区间、消除的风险、更新长度比例、基础设施价值指数和逐年故障曲线。预测值按本管网历史回测的结果修正。不改动管网。</translation>
    </message>
    <message>
        <source>Annual budgets</source>
        <translation>年度预算</translation>
    </message>
    <message>
        <source>Amounts per year, one or several, such as 3000000;5000000.</source>
        <translation>每年金额，一个或多个，如 3000000;5000000。</translation>
    </message>
    <message>
        <source>Strategies</source>
        <translation>策略</translation>
    </message>
    <message>
        <source>One or several of {known}; empty: all.</source>
        <translation>从 {known} 中选一个或多个；留空为全部。</translation>
    </message>
    <message>
        <source>Test forecasts on past data</source>
        <translation>用历史检验预测</translation>
    </message>
    <message>
        <source>Scale forecasts by how earlier ones compared with what happened; takes a little longer.</source>
        <translation>按以往截止日之后的实际故障修正预测，用时稍长。</translation>
    </message>
    <message>
        <source>Scenarios</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>One row per scenario.</source>
        <translation>每个方案一行。</translation>
    </message>
    <message>
        <source>Failures by year</source>
        <translation>逐年故障数</translation>
    </message>
    <message>
        <source>Failures expected in each year of each scenario.</source>
        <translation>各方案逐年的预期故障数。</translation>
    </message>
    <message>
        <source>Scenarios and curves as a page; figures in a .json file next to it.</source>
        <translation>方案与曲线报告；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Number of scenarios</source>
        <translation>方案数</translation>
    </message>
    <message>
        <source>This makes {count} scenarios; ask for {most} at most.</source>
        <translation>共 {count} 个方案，最多 {most} 个。请减少。</translation>
    </message>
    <message>
        <source>Planning the scenarios</source>
        <translation>编制各方案</translation>
    </message>
    <message>
        <source>Testing forecasts on past data</source>
        <translation>用历史检验预测</translation>
    </message>
    <message>
        <source>Repair network</source>
        <translation>管网数据修复</translation>
    </message>
    <message>
        <source>Repairs issues in one batch that can be undone: joins ends, splits pipes at tees and assets, merges what was drawn twice, adds and names nodes, turns what is the wrong way round, fills in from both neighbours and marks it. What is doubtful is refused and listed. With an inventory it instead fills in unknown fields of pipes by their ids.</source>
        <translation>以一个可撤销的批次修复问题：连接管端，在三通和设施处打断管段，合并重复绘制，补建节点和编号，纠正颠倒，按两侧管段推定缺失值并标记。有疑问的不修复，列出清单。给出资产台账时，则按编号补齐管段的不明值。</translation>
    </message>
    <message>
        <source>Ids of issues, or of rules for all their findings, separated by commas. Empty: every open error and warning that is not caused by another and can be repaired.</source>
        <translation>问题编号，或规则编号（其全部问题），以逗号分隔。留空为所有待处理、可修复的根源错误和警告。</translation>
    </message>
    <message>
        <source>Show before and after in REPORT and OUTPUT, write nothing.</source>
        <translation>在 REPORT 和 OUTPUT 中列出修复前后，不写入管网。</translation>
    </message>
    <message>
        <source>Inventory</source>
        <translation>资产台账</translation>
    </message>
    <message>
        <source>A table to join by id: a path, or path|layername=name. Empty: repair issues.</source>
        <translation>按编号关联的表：路径或“路径|layername=图层名”。留空则修复问题。</translation>
    </message>
    <message>
        <source>Mapping of the inventory</source>
        <translation>台账的字段映射</translation>
    </message>
    <message>
        <source>JSON file or text as for adopting; its pipe_id gives the inventory&apos;s column of ids.</source>
        <translation>与数据入库相同的 JSON 文件或文本，其中 pipe_id 指定台账的编号列。</translation>
    </message>
    <message>
        <source>Column of the network</source>
        <translation>管网的关联字段</translation>
    </message>
    <message>
        <source>Column of our pipes that contains the inventory&apos;s id.</source>
        <translation>管段表中存有台账编号的字段。</translation>
    </message>
    <message>
        <source>Every field of every asset before and after.</source>
        <translation>各设施各字段修复前后的值。</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>未修复</translation>
    </message>
    <message>
        <source>Issues that need a person&apos;s judgement, with the reason.</source>
        <translation>需人工判断的问题及原因。</translation>
    </message>
    <message>
        <source>Before and after; figures in a .json file next to it.</source>
        <translation>修复前后对照；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Repaired</source>
        <translation>已修复数</translation>
    </message>
    <message>
        <source>Give either INVENTORY or ISSUES, not both.</source>
        <translation>INVENTORY 和 ISSUES 只能给出一个。</translation>
    </message>
    <message>
        <source>Give a MAPPING that says which column of the inventory fills which field.</source>
        <translation>请给出 MAPPING，说明台账的哪一列填入哪个字段。</translation>
    </message>
    <message>
        <source>Reading the inventory</source>
        <translation>读取资产台账</translation>
    </message>
    <message>
        <source>Trace the network</source>
        <translation>管网追踪</translation>
    </message>
    <message>
        <source>Id of a node or a pipe, or a point as x,y or x,y [EPSG:…]. Where a node and a pipe have the same id, write node:id or pipe:id.</source>
        <translation>节点或管段编号，或点坐标 x,y、x,y [EPSG:…]。节点与管段编号相同时，用 node:编号 或 pipe:编号 区分。</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方向</translation>
    </message>
    <message>
        <source>Where to go.</source>
        <translation>追踪的方向。</translation>
    </message>
    <message>
        <source>End</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Where the shortest way ends, written like START.</source>
        <translation>最短路径的终点，写法同 START。</translation>
    </message>
    <message>
        <source>Barriers</source>
        <translation>阻断</translation>
    </message>
    <message>
        <source>Ids of pipes and nodes that the trace does not pass, separated by semicolons.</source>
        <translation>不通过的管段和节点编号，以分号分隔。</translation>
    </message>
    <message>
        <source>Stop at</source>
        <translation>终止设施</translation>
    </message>
    <message>
        <source>Kinds of nodes at which the trace ends, such as valve;flow_meter.</source>
        <translation>追踪到此类设施即终止，如 valve;flow_meter。</translation>
    </message>
    <message>
        <source>Farthest, m</source>
        <translation>最远距离（m）</translation>
    </message>
    <message>
        <source>How far to go; empty: no limit.</source>
        <translation>追踪的最远距离。留空不限。</translation>
    </message>
    <message>
        <source>Weather</source>
        <translation>天气</translation>
    </message>
    <message>
        <source>In dry weather, interceptors pass sewage on through their dry outlet only.</source>
        <translation>晴天时截流井的污水只进入截流管。</translation>
    </message>
    <message>
        <source>Pass closed elements</source>
        <translation>通过关闭处</translation>
    </message>
    <message>
        <source>Continue through closed valves and closed pipes.</source>
        <translation>继续通过关闭的阀门和管段。</translation>
    </message>
    <message>
        <source>Saved configuration</source>
        <translation>已存设置</translation>
    </message>
    <message>
        <source>A JSON text or file with direction, barriers, stop_kinds, max_distance_m, weather and pass_closed; parameters given here take precedence.</source>
        <translation>JSON 文本或文件，含 direction、barriers、stop_kinds、max_distance_m、weather 和 pass_closed；另行给出的参数优先。</translation>
    </message>
    <message>
        <source>Pipes in the order they are reached, with the distance at which each is entered.</source>
        <translation>按追踪顺序排列的管段及其进入处的距离。</translation>
    </message>
    <message>
        <source>Nodes</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Nodes in the order they are reached, with their distance.</source>
        <translation>按追踪顺序排列的节点及其距离。</translation>
    </message>
    <message>
        <source>Long profile</source>
        <translation>纵断面</translation>
    </message>
    <message>
        <source>For the shortest way and the way to the source: ground, invert, crown and depth at both ends of each pipe, empty where unknown.</source>
        <translation>最短路径和到水源路径上各管段两端的地面高程、管底高程、管顶高程和埋深，不明的为空。</translation>
    </message>
    <message>
        <source>Crossing pipes</source>
        <translation>交叉管线</translation>
    </message>
    <message>
        <source>Pipes that the long profile crosses, with their levels and the clearance.</source>
        <translation>纵断面所穿越的管线及其高程和净距。</translation>
    </message>
    <message>
        <source>Totals along the trace; figures in a .json file next to it.</source>
        <translation>追踪汇总；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Volume (m³)</source>
        <translation>容积（m³）</translation>
    </message>
    <message>
        <source>Households</source>
        <translation>户数</translation>
    </message>
    <message>
        <source>START is missing. Give the id of a node or pipe, or a point.</source>
        <translation>缺少 START。请给出节点或管段编号，或一点。</translation>
    </message>
    <message>
        <source>END is missing: the shortest way needs a destination.</source>
        <translation>缺少 END：最短路径需要终点。</translation>
    </message>
    <message>
        <source>A long profile needs a single way: choose the direction shortest or to_source.</source>
        <translation>纵断面需要单一路径：方向请选 shortest 或 to_source。</translation>
    </message>
    <message>
        <source>Connecting pipes</source>
        <translation>连接管段</translation>
    </message>
    <message>
        <source>Tracing</source>
        <translation>追踪</translation>
    </message>
    <message>
        <source>CONFIG: {path} can&apos;t be read: {reason}.</source>
        <translation>CONFIG：{path} 无法读取：{reason}。</translation>
    </message>
    <message>
        <source>CONFIG is not valid JSON: {reason}.</source>
        <translation>CONFIG 不是 JSON：{reason}。</translation>
    </message>
    <message>
        <source>CONFIG must be a JSON object, such as {example}.</source>
        <translation>CONFIG 应为 JSON 对象，如 {example}。</translation>
    </message>
    <message>
        <source>Segments between valves</source>
        <translation>阀门分段</translation>
    </message>
    <message>
        <source>Divides the water network into segments, the parts between isolation valves, and shows for each what shutting it off costs: its own customers, and those of other segments that lose every path to a source. For each valve it shows how many more customers lose water if it fails. Hydraulics are not checked.</source>
        <translation>将供水管网划分为分段，即无隔离阀分隔的部分，并给出关停每个分段的影响：分段自身的用户，以及其他分段中因此失去全部供水通路的用户。对每个阀门给出其失效时增加的停水用户。不作水力校核。</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>分段</translation>
    </message>
    <message>
        <source>One row per segment, the one that cuts off most customers first.</source>
        <translation>每个分段一行，停水用户多的在前。</translation>
    </message>
    <message>
        <source>One row per valve: its segments, what is unusual about it, and what its failure adds.</source>
        <translation>每个阀门一行：所在分段、异常情况和失效时增加的影响。</translation>
    </message>
    <message>
        <source>Segments and valves with the greatest impact; figures in a .json file next to it.</source>
        <translation>影响最大的分段和阀门；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Segments that cut off others</source>
        <translation>造成其他分段停水的分段</translation>
    </message>
    <message>
        <source>Finding what depends on each segment</source>
        <translation>分析各分段的连带影响</translation>
    </message>
    <message>
        <source>{name}: {source} has no geometry with a coordinate system. Choose a layer of lines or areas.</source>
        <translation>{name}：{source} 没有带坐标系的图形。请指定线或面图层。</translation>
    </message>
    <message>
        <source>Finding critical customers</source>
        <translation>查找重点用户</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) cut off a critical customer during construction. Plan an alternative supply.</source>
        <translation>
            <numerusform>%n 个项目施工时会造成重点用户停水。请安排临时供水。</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: “{text}” is not a valid point. Write x,y such as 500123.4,3000456.7.</source>
        <translation>{name}：“{text}”不是点。请写成 x,y，如 500123.4,3000456.7。</translation>
    </message>
    <message>
        <source>{name}: “{crs}” is not a valid coordinate reference system. Write it as EPSG:4326.</source>
        <translation>{name}：“{crs}”不是坐标系。请写成如 EPSG:4326。</translation>
    </message>
    <message>
        <source>Tanks are sources</source>
        <translation>水池视为水源</translation>
    </message>
    <message>
        <source>Tanks and service reservoirs feed the network as long as their water lasts.</source>
        <translation>水池、水箱在存水用完之前可向管网供水。</translation>
    </message>
    <message>
        <source>One-way elements</source>
        <translation>单向设施</translation>
    </message>
    <message>
        <source>Check valves, pumps and pressure reducing valves let water through one way only: as the pipes at them are drawn, or as their field one_way says. Otherwise they are passed both ways.</source>
        <translation>止回阀、水泵和减压阀只允许单向通过，方向以所接管段的绘制方向或字段 one_way 为准。不选则双向通过。</translation>
    </message>
    <message>
        <source>Finding segments</source>
        <translation>查找分段</translation>
    </message>
    <message>
        <source>Pipes of a burst</source>
        <translation>爆管：管段</translation>
    </message>
    <message>
        <source>Customers of a burst</source>
        <translation>爆管：用户</translation>
    </message>
    <message>
        <source>Valves of a burst</source>
        <translation>爆管：阀门</translation>
    </message>
    <message>
        <source>Pipes of a trace</source>
        <translation>追踪：管段</translation>
    </message>
    <message>
        <source>Nodes of a trace</source>
        <translation>追踪：节点</translation>
    </message>
    <message>
        <source>Isolated</source>
        <translation>隔离</translation>
    </message>
    <message>
        <source>Cut off unintentionally</source>
        <translation>连带停水</translation>
    </message>
    <message>
        <source>Dead end</source>
        <translation>断头管</translation>
    </message>
    <message>
        <source>Already closed</source>
        <translation>原已关闭</translation>
    </message>
    <message>
        <source>Open to feed</source>
        <translation>可开启供水</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Not critical</source>
        <translation>非重点用户</translation>
    </message>
    <message>
        <source>Line {number}, [{section}]: “{text}”</source>
        <translation>第 {number} 行 [{section}]：“{text}”</translation>
    </message>
    <message>
        <source>only {there} of at least {least} values are there.</source>
        <translation>至少应有 {least} 个值，实有 {there} 个。</translation>
    </message>
    <message>
        <source>“{word}” is not a number.</source>
        <translation>“{word}”不是数值。</translation>
    </message>
    <message>
        <source>the id is empty.</source>
        <translation>编号为空。</translation>
    </message>
    <message>
        <source>the node {id} already exists, in line {number}.</source>
        <translation>节点 {id} 已存在，见第 {number} 行。</translation>
    </message>
    <message>
        <source>there is no node {id} in the file.</source>
        <translation>文件中没有节点 {id}。</translation>
    </message>
    <message>
        <source>the link {id} already exists, in line {number}.</source>
        <translation>管线 {id} 已存在，见第 {number} 行。</translation>
    </message>
    <message>
        <source>“{word}” is not a type of valve. The types are: {types}.</source>
        <translation>“{word}”不是阀门类型。可用类型：{types}。</translation>
    </message>
    <message>
        <source>the link begins and ends at the same node.</source>
        <translation>管线的起点与终点为同一节点。</translation>
    </message>
    <message>
        <source>a diameter must be greater than 0.</source>
        <translation>管径应大于 0。</translation>
    </message>
    <message>
        <source>a length must not be less than 0.</source>
        <translation>管长不能小于 0。</translation>
    </message>
    <message>
        <source>Line {number}, [{section}]: {sentence}</source>
        <translation>第 {number} 行 [{section}]：{sentence}</translation>
    </message>
    <message>
        <source>the status is missing; the line has no meaning.</source>
        <translation>缺少状态，该行无效。</translation>
    </message>
    <message>
        <source>there is no link {id} in the file.</source>
        <translation>文件中没有管线 {id}。</translation>
    </message>
    <message>
        <source>the coordinates can&apos;t be read and are left out.</source>
        <translation>坐标无法读取，已略去。</translation>
    </message>
    <message numerus="yes">
        <source>Elements that have coordinates but do not exist in the file: %n line(s), such as {id}.</source>
        <translation>
            <numerusform>%n 行坐标对应的元素不在文件中，如 {id}。</numerusform>
        </translation>
    </message>
    <message>
        <source>EPANET has no section {heading}; its lines are kept as comments.</source>
        <translation>EPANET 没有节 {heading}，其各行作为注释保留。</translation>
    </message>
    <message>
        <source>Line {number}: {sentence}</source>
        <translation>第 {number} 行：{sentence}</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read. {fault}</source>
        <translation>{name} 无法读取。{fault}</translation>
    </message>
    <message numerus="yes">
        <source>{name} can&apos;t be read: %n lines are wrong. {fault}</source>
        <translation>
            <numerusform>{name} 无法读取：%n 行有误。{fault}</numerusform>
        </translation>
    </message>
    <message>
        <source>{name} contains no pipe, pump or valve. Choose another file.</source>
        <translation>{name} 没有管道、水泵或阀门。请改选其他文件。</translation>
    </message>
    <message numerus="yes">
        <source>The closed valve {id} has %n pipes; only {pipe} is closed.</source>
        <translation>
            <numerusform>关闭的阀门 {id} 连接 %n 条管段，只关闭 {pipe}。</numerusform>
        </translation>
    </message>
    <message>
        <source>The check valve {id} does not have exactly two pipes and is left out.</source>
        <translation>止回阀 {id} 所接管段不是两条，已略去。</translation>
    </message>
    <message>
        <source>The control valve {id} has no setting on the map and is written as an open pipe.</source>
        <translation>控制阀 {id} 在图上没有设定值，按开启的管道写入。</translation>
    </message>
    <message>
        <source>The pressure valve {id} does not have exactly two pipes and is left out.</source>
        <translation>压力阀 {id} 所接管段不是两条，已略去。</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s) without a ground level got that of their neighbours, or 0.</source>
        <translation>
            <numerusform>%n 个节点没有地面高程，取相邻节点的值或 0。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n id(s) not valid in EPANET had to be changed, such as {old} to {new}.</source>
        <translation>
            <numerusform>%n 个编号不符合 EPANET 要求，已更改，如 {old} 改为 {new}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Elements of the file changed on the map: %n.</source>
        <translation>
            <numerusform>文件中有 %n 个元素已在图上改动。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) are new.</source>
        <translation>
            <numerusform>新增 %n 条管段。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Links of the file that no longer exist: %n.</source>
        <translation>
            <numerusform>文件中有 %n 条管线已不存在。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Nodes of the file that no longer exist: %n.</source>
        <translation>
            <numerusform>文件中有 %n 个节点已不存在。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) have no diameter on the map: a typical one was assumed.</source>
        <translation>
            <numerusform>%n 条管段在图上没有管径，取常用值。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The heads of %n source(s) are assumed from the settings, such as {id}.</source>
        <translation>
            <numerusform>%n 个水源的水头取自参数中的假定值，如 {id}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Without a curve on the map, so without lift: %n pump station(s), such as {id}.</source>
        <translation>
            <numerusform>%n 座泵站在图上没有曲线，扬程为 0，如 {id}。</numerusform>
        </translation>
    </message>
    <message>
        <source>No customer has a demand: all demands are 0.</source>
        <translation>用户均无用水量，需水量全部为 0。</translation>
    </message>
    <message>
        <source>EPANET needs a source. Draw one where the water comes from: a node of the kind source, plant, reservoir or tank at the end of a pipe.</source>
        <translation>EPANET 需要水源。请在管线端部绘制来水点，设施类型为水源、水厂、水池或水箱。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a metric flow unit. Write LPS or CMH.</source>
        <translation>参数 {key}：“{value}”不是公制流量单位。请写 LPS 或 CMH。</translation>
    </message>
    <message>
        <source>There are no pipes in use to export. Choose other systems.</source>
        <translation>没有可导出的在用管段。请改选系统。</translation>
    </message>
    <message>
        <source>No pipe has a path to a source. Connect one and export again.</source>
        <translation>没有管段连通水源。请先连接水源，再重新导出。</translation>
    </message>
    <message>
        <source>{id} lost a connector: it is no longer a pump or valve of the model.</source>
        <translation>{id} 缺少一个连接件，不再作为模型中的水泵或阀门。</translation>
    </message>
    <message>
        <source>{id} meets a pump or valve of the file: it is joined to the node behind it.</source>
        <translation>{id} 接到文件中的水泵或阀门，已改接到其后的节点。</translation>
    </message>
    <message numerus="yes">
        <source>Left out, since they end where they begin: %n pipe(s), such as {id}.</source>
        <translation>
            <numerusform>%n 条管段首尾相同，已略去，如 {id}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The demand of %n customer(s) is left out: the pipe is not in the model.</source>
        <translation>
            <numerusform>%n 个用户的用水量已略去：其管段不在模型中。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Left out, since no pipe ends there: %n node(s), such as {id}.</source>
        <translation>
            <numerusform>%n 个节点未接管段，已略去，如 {id}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Left out, since no path leads to a source: %n pipe(s), such as {id}.</source>
        <translation>
            <numerusform>%n 条管段不连通水源，已略去，如 {id}。</numerusform>
        </translation>
    </message>
    <message>
        <source>The coordinates of the file can&apos;t lie in {crs}. Give the right CRS.</source>
        <translation>文件的坐标不在 {crs} 范围内。请给出正确的 CRS。</translation>
    </message>
    <message>
        <source>{name} is empty. Choose an EPANET input file (.inp).</source>
        <translation>{name} 是空的。请选择 EPANET 输入文件（.inp）。</translation>
    </message>
    <message>
        <source>{name} is not an EPANET input file: it has none of the sections [JUNCTIONS], [RESERVOIRS], [TANKS], [PIPES], [PUMPS], [VALVES]. Choose another file.</source>
        <translation>{name} 不是 EPANET 输入文件：没有 [JUNCTIONS]、[RESERVOIRS]、[TANKS]、[PIPES]、[PUMPS]、[VALVES] 中的任何一节。请改选其他文件。</translation>
    </message>
    <message>
        <source>No water supply pipe was in use on {cutoff}.</source>
        <translation>{cutoff} 没有在用的供水管段。</translation>
    </message>
    <message>
        <source>There are no records after {cutoff} to test with.</source>
        <translation>{cutoff} 之后没有可供检验的记录。</translation>
    </message>
    <message>
        <source>Not testable: {count} failures from {cutoff} to {until} lie on pipes in service; fewer than {least} say nothing about a ranking. Test more years, or match more failures.</source>
        <translation>无法检验：{cutoff} 至 {until} 只有 {count} 次故障匹配到在用管段，少于 {least} 次不足以评价排序。请增加检验年数，或匹配更多故障。</translation>
    </message>
    <message>
        <source>TEST_YEARS must be 1 or more whole years.</source>
        <translation>TEST_YEARS 应为不小于 1 的整数。</translation>
    </message>
    <message>
        <source>BOOTSTRAPS must be 0 or more.</source>
        <translation>BOOTSTRAPS 不能小于 0。</translation>
    </message>
    <message>
        <source>Testing from {cutoff}</source>
        <translation>截止日 {cutoff}</translation>
    </message>
    <message>
        <source>Setting {key}: write it as year:factor; year:factor; ..., for pipes laid before that year.</source>
        <translation>参数 {key}：请写成“年份:系数; 年份:系数; …”，表示该年以前敷设。</translation>
    </message>
    <message>
        <source>Give 1 to {most} years to forecast.</source>
        <translation>预测年数应为 1 至 {most}。</translation>
    </message>
    <message>
        <source>Weights must be 0 or more and add up to 100; these add up to {total}: {parts}. Correct them in the settings table.</source>
        <translation>权重不能小于 0，合计应为 100；现合计 {total}：{parts}。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Setting {key}: write four rising numbers separated by semicolons, such as 3;6;13;30.</source>
        <translation>参数 {key}：请写四个递增的数，以分号分隔，如 3;6;13;30。</translation>
    </message>
    <message>
        <source>Setting {key}: write three ages in years separated by semicolons, such as 40;80;120.</source>
        <translation>参数 {key}：请写三个年龄（年），以分号分隔，如 40;80;120。</translation>
    </message>
    <message>
        <source>There is no model “{model}”. Choose one of: {models}.</source>
        <translation>没有模型“{model}”。可选：{models}。</translation>
    </message>
    <message>
        <source>WaterNet</source>
        <translation>WaterNet</translation>
    </message>
    <message>
        <source>Random order</source>
        <translation>随机排序</translation>
    </message>
    <message>
        <source>Material and age, half each</source>
        <translation>管材与管龄各半</translation>
    </message>
    <message>
        <source>Published rates, no local records</source>
        <translation>文献故障率，不用本地记录</translation>
    </message>
    <message>
        <source>Most failures so far</source>
        <translation>历史故障最多</translation>
    </message>
    <message>
        <source>Table of rates: failures so far, material, decade</source>
        <translation>故障率表：历史故障、管材、敷设年代</translation>
    </message>
    <message>
        <source>Regression with failures so far</source>
        <translation>回归模型，含历史故障</translation>
    </message>
    <message>
        <source>Regression, times the pipe&apos;s own record</source>
        <translation>回归结果乘以管段自身记录</translation>
    </message>
    <message>
        <source>Cohorts and the pipe&apos;s own record</source>
        <translation>分组加管段自身记录</translation>
    </message>
    <message>
        <source>other pipes of its street failed often</source>
        <translation>同一道路的其他管段故障多</translation>
    </message>
    <message>
        <source>few failures on other pipes of its street</source>
        <translation>同一道路的其他管段故障少</translation>
    </message>
    <message>
        <source>laid in worse years</source>
        <translation>所属敷设年代质量较差</translation>
    </message>
    <message>
        <source>laid in better years</source>
        <translation>所属敷设年代质量较好</translation>
    </message>
    <message>
        <source>The three ages of a service life must rise: all remain, half remain, a tenth remain.</source>
        <translation>寿命的三个年龄（全部留存、半数留存、一成留存）应递增。</translation>
    </message>
    <message>
        <source>No Herz curve has the ages {lasting}, {half}, {tenth}: the last must be later than the second, by less than {most} times its distance from the first.</source>
        <translation>没有符合年龄 {lasting}、{half}、{tenth} 的 Herz 曲线：第三个应晚于第二个，其差小于前两个之差的 {most} 倍。</translation>
    </message>
    <message>
        <source>Is closed: check that it is tight.</source>
        <translation>原已关闭，请检查是否严密。</translation>
    </message>
    <message>
        <source>Is closed, but is not an isolation valve: check that it is tight.</source>
        <translation>原已关闭，但不是隔离阀，请检查是否可靠。</translation>
    </message>
    <message>
        <source>A hypothetical valve in the middle of this pipe.</source>
        <translation>假设在该管段中间的阀门。</translation>
    </message>
    <message>
        <source>It is not known whether it can be closed.</source>
        <translation>能否关闭不明。</translation>
    </message>
    <message>
        <source>No supply comes from beyond it: closing it only keeps that part from draining.</source>
        <translation>外侧没有来水，关闭只为防止该侧放空。</translation>
    </message>
    <message>
        <source>Closed instead of {valve}, which can&apos;t be closed.</source>
        <translation>代替无法关闭的 {valve}。</translation>
    </message>
    <message numerus="yes">
        <source>Opening it restores water to %n customer(s) on {length} m of pipes.</source>
        <translation>
            <numerusform>开启后可恢复 %n 个用户、{length} m 管段供水。</numerusform>
        </translation>
    </message>
    <message>
        <source>It connects the zones {zones}: their balance of these days is not valid.</source>
        <translation>连通分区 {zones}，期间的水量平衡无效。</translation>
    </message>
    <message>
        <source>It is not known whether it can be opened.</source>
        <translation>能否开启不明。</translation>
    </message>
    <message>
        <source>Hydraulics not checked: only connections were followed, no pressure or flow was computed.</source>
        <translation>未作水力校核：只分析连通关系，未计算压力和流量。</translation>
    </message>
    <message>
        <source>Can&apos;t be closed, so the isolated part extends beyond: {valves}.</source>
        <translation>以下阀门无法关闭，隔离范围因此扩大：{valves}。</translation>
    </message>
    <message>
        <source>No valve around the burst can separate it from the rest: everything connected has to be shut off.</source>
        <translation>爆管处周围没有可用阀门将其隔离，相连部分须全部停水。</translation>
    </message>
    <message>
        <source>A source lies in the isolated part itself: it has to be shut off as well, or it feeds the burst.</source>
        <translation>隔离范围内有水源，须一并关停，否则仍向爆管处供水。</translation>
    </message>
    <message>
        <source>At these valves more than two pipe ends meet; closing one separates them all: {valves}.</source>
        <translation>以下阀门处相接管端多于两个，关闭后各管端均断开：{valves}。</translation>
    </message>
    <message numerus="yes">
        <source>Not in the volume, since size or length is not known: %n isolated pipe(s).</source>
        <translation>
            <numerusform>%n 条隔离管段的管径或长度不明，未计入泄水量。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Without a pipe in use on record, so it is not known whether they are affected: %n customer(s).</source>
        <translation>
            <numerusform>%n 个用户未对应在用管段，是否停水不明。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) are also cut off by the other shutdowns.</source>
        <translation>
            <numerusform>其他停水另使 %n 条管段断水。</numerusform>
        </translation>
    </message>
    <message>
        <source>Even now the burst pipe has no open path to any source in this network.</source>
        <translation>该爆管管段目前就没有连通任何水源的通路。</translation>
    </message>
    <message>
        <source>Nothing around the isolated part needs another supply.</source>
        <translation>隔离范围外的管段均无须另行供水。</translation>
    </message>
    <message>
        <source>The remaining path from {valve} to a source leads through pipes of unknown diameter.</source>
        <translation>{valve} 到水源的剩余通路经过管径不明的管段。</translation>
    </message>
    <message>
        <source>Smallest diameter on the remaining path: DN{dn}, pipe {pipe}, towards {valve}.</source>
        <translation>剩余通路最小管径：DN{dn}，管段 {pipe}，通往 {valve}。</translation>
    </message>
    <message>
        <source>The remaining path is less than half as wide as what is shut off (DN{dn} against DN{lost}): low pressure is likely around it.</source>
        <translation>剩余通路管径不足停用管径的一半（DN{dn} 对 DN{lost}），附近可能水压偏低。</translation>
    </message>
    <message>
        <source>FAILED_VALVES: there is no node “{name}” in this network. Check the id.</source>
        <translation>FAILED_VALVES：管网中没有节点“{name}”。请检查编号。</translation>
    </message>
    <message>
        <source>WHAT_IF_VALVES: “{name}” is neither a node nor a water pipe in use of this network. Check the id.</source>
        <translation>WHAT_IF_VALVES：“{name}”既不是管网中的节点，也不是在用供水管段。请检查编号。</translation>
    </message>
    <message>
        <source>CONFIG: “{name}” is not known. Choose one of: {known}.</source>
        <translation>CONFIG：“{name}”无法识别。可选：{known}。</translation>
    </message>
    <message>
        <source>CONFIG: a list or a number is not valid.</source>
        <translation>CONFIG：列表或数值写法有误。</translation>
    </message>
    <message>
        <source>BARRIERS: “{name}” is neither a pipe nor a node of this network. Check the id.</source>
        <translation>BARRIERS：“{name}”既不是管网中的管段，也不是节点。请检查编号。</translation>
    </message>
    <message>
        <source>PIPE: there is no pipe “{id}” in this network. Check the id.</source>
        <translation>PIPE：管网中没有管段“{id}”。请检查编号。</translation>
    </message>
    <message>
        <source>Pipe {id} is not in use ({status}), so there is nothing to isolate. Choose another pipe.</source>
        <translation>管段 {id} 不在用（{status}），无须隔离。请改选其他管段。</translation>
    </message>
    <message>
        <source>Pipe {id} is a drain ({system}); only pipes under pressure are isolated by valves. Choose another pipe.</source>
        <translation>管段 {id} 是排水管（{system}），只有压力管才用阀门隔离。请改选其他管段。</translation>
    </message>
    <message>
        <source>Pipe {id} is closed in the model, so there is nothing to isolate.</source>
        <translation>管段 {id} 在模型中为关闭，无须隔离。</translation>
    </message>
    <message>
        <source>No water pipe in use lies within {reach} m of the point {x}, {y}. Give a point nearer to the pipe, in the coordinates of the network.</source>
        <translation>点 {x}, {y} 的 {reach} m 内没有在用的供水管段。请给出距管段更近的点，采用管网坐标。</translation>
    </message>
    <message>
        <source>This network has no water pipes in use, so there is nothing to isolate.</source>
        <translation>管网没有在用的供水管段，无从隔离。</translation>
    </message>
    <message>
        <source>This network has no source: no node in use is of the kind source or plant, and no tank or reservoir counts as one. Add the source, or connect it, and try again.</source>
        <translation>管网没有水源：没有在用的水源或水厂节点，也没有视为水源的水池、水箱。请补建或连接水源后重试。</translation>
    </message>
    <message>
        <source>No pipe in use ends at a source of this network. Connect the source and try again.</source>
        <translation>没有在用管段连接到水源。请连接水源后重试。</translation>
    </message>
    <message>
        <source>No pipe in use ends at an isolation valve, so nothing can be isolated. Add the valves, or let pipes end at them, and try again.</source>
        <translation>没有在用管段接到隔离阀，无法隔离。请补建阀门，或将管端接到阀门，然后重试。</translation>
    </message>
    <message>
        <source>{name}: there is neither a node nor a pipe “{id}” in this network. Check the id.</source>
        <translation>{name}：管网中没有节点或管段“{id}”。请检查编号。</translation>
    </message>
    <message>
        <source>{name}: no pipe in use ends at node {id}. Give another node, or a pipe.</source>
        <translation>{name}：节点 {id} 没有连接在用管段。请改用其他节点或管段。</translation>
    </message>
    <message>
        <source>{name}: pipe {id} is not in use. Give a pipe that is.</source>
        <translation>{name}：管段 {id} 不在用。请改用在用管段。</translation>
    </message>
    <message>
        <source>{name}: no pipe in use lies within {reach} m of the point {x}, {y}. Give a point nearer to the pipe, in the coordinates of the network.</source>
        <translation>{name}：点 {x}, {y} 的 {reach} m 内没有在用管段。请给出距管段更近的点，采用管网坐标。</translation>
    </message>
    <message>
        <source>Drains have no source. Trace downstream to the outfall, or upstream to where the water comes from.</source>
        <translation>排水管没有水源。请向下游追踪到排放口，或向上游追踪来水。</translation>
    </message>
    <message>
        <source>This network has no source: no node is of the kind source, plant, tank or reservoir. Add it first.</source>
        <translation>管网没有水源：没有水源、水厂、水箱或水池节点。请先补建。</translation>
    </message>
    <message>
        <source>No open path leads from there to a source. Closed valves and barriers are not passed.</source>
        <translation>该处没有连通水源的通路。关闭的阀门和阻断处不通过。</translation>
    </message>
    <message>
        <source>No open path leads from START to END. Closed valves and barriers are not passed.</source>
        <translation>START 到 END 没有通路。关闭的阀门和阻断处不通过。</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) of unknown length counted as 0 m.</source>
        <translation>
            <numerusform>%n 条管段长度不明，按 0 m 计。</numerusform>
        </translation>
    </message>
    <message>
        <source>No flow is computed: water pipes are assumed to lead away from the nearest source.</source>
        <translation>未计算流量：供水管按背离最近水源的方向。</translation>
    </message>
    <message>
        <source>Data doctor</source>
        <translation>数据诊断</translation>
    </message>
    <message>
        <source>Topology</source>
        <translation>拓扑</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>属性</translation>
    </message>
    <message>
        <source>Heights</source>
        <translation>高程</translation>
    </message>
    <message>
        <source>Between systems</source>
        <translation>系统之间</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>台账</translation>
    </message>
    <message>
        <source>There is no rule {words}. Give rule ids, families ({families}) or severities ({severities}).</source>
        <translation>没有规则 {words}。请给出规则编号、类别（{families}）或严重程度（{severities}）。</translation>
    </message>
    <message>
        <source>feet</source>
        <translation>英尺</translation>
    </message>
    <message>
        <source>millimetres</source>
        <translation>毫米</translation>
    </message>
    <message>
        <source>kilometres</source>
        <translation>千米</translation>
    </message>
    <message>
        <source>feet on the map</source>
        <translation>图上英尺</translation>
    </message>
    <message>
        <source>metres</source>
        <translation>米</translation>
    </message>
    <message>
        <source>inches</source>
        <translation>英寸</translation>
    </message>
    <message>
        <source>centimetres</source>
        <translation>厘米</translation>
    </message>
    <message>
        <source>{asset} is no longer in the network.</source>
        <translation>{asset} 已不在管网中。</translation>
    </message>
    <message>
        <source>The inverts next to {pipe} are not known.</source>
        <translation>{pipe} 相邻管段的管底高程不明。</translation>
    </message>
    <message>
        <source>The inverts next to {pipe} do not fit it either way round: it may have been built like this.</source>
        <translation>{pipe} 相邻管底高程与其正反两向均不符，可能实际如此。</translation>
    </message>
    <message>
        <source>{pipe} has no known neighbour at both ends.</source>
        <translation>{pipe} 两端没有均已知的相邻管段。</translation>
    </message>
    <message>
        <source>The neighbours of {pipe} differ: {values}.</source>
        <translation>{pipe} 两侧管段不一致：{values}。</translation>
    </message>
    <message>
        <source>{pipe} has no heights at all.</source>
        <translation>{pipe} 没有任何高程。</translation>
    </message>
    <message>
        <source>{pipe} would begin and end at {node}.</source>
        <translation>{pipe} 的起点与终点将同为 {node}。</translation>
    </message>
    <message>
        <source>Nothing would be left of {pipe}.</source>
        <translation>{pipe} 将不再有剩余。</translation>
    </message>
    <message>
        <source>{node} is {distance} m away: the id may be wrong.</source>
        <translation>{node} 相距 {distance} m，编号可能有误。</translation>
    </message>
    <message>
        <source>{pipe} no longer ends on {main}.</source>
        <translation>{pipe} 已不接于 {main}。</translation>
    </message>
    <message>
        <source>The nearest point on {pipe} is taken by {node}.</source>
        <translation>{pipe} 上的最近位置已被 {node} 占用。</translation>
    </message>
    <message>
        <source>{node} could belong to {pipe} or to {others}.</source>
        <translation>{node} 可能属于 {pipe}，也可能属于 {others}。</translation>
    </message>
    <message>
        <source>{pipe} and {other} differ in {fields}.</source>
        <translation>{pipe} 与 {other} 的 {fields} 不同。</translation>
    </message>
    <message>
        <source>{node} and {other} are of different kinds.</source>
        <translation>{node} 与 {other} 的设施类型不同。</translation>
    </message>
    <message>
        <source>{pipe} already has a node there.</source>
        <translation>{pipe} 该处已有节点。</translation>
    </message>
    <message>
        <source>There is no automatic repair for this; correct it on the map.</source>
        <translation>该问题不能自动修复，请在图上修改。</translation>
    </message>
    <message>
        <source>No longer found.</source>
        <translation>不再发现。</translation>
    </message>
    <message>
        <source>start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>end</source>
        <translation>终点</translation>
    </message>
    <message>
        <source>Government</source>
        <translation>财政</translation>
    </message>
    <message>
        <source>Utility</source>
        <comment>who pays</comment>
        <translation>供水企业</translation>
    </message>
    <message>
        <source>Residents</source>
        <translation>居民</translation>
    </message>
    <message>
        <source>The shares of the parties (renewal.party.*) add up to {sum} %; they must add up to 100 %.</source>
        <translation>分摊比例（renewal.party.*）合计 {sum}%，应为 100%。</translation>
    </message>
    <message>
        <source>FIXED: {name} has “{word}”; write a year from {first} to {last}, drop, or !year for a year in which it must not be built.</source>
        <translation>FIXED：{name} 的“{word}”无效；请写 {first} 至 {last} 的年份、drop，或用“!年份”表示不得在该年实施。</translation>
    </message>
    <message>
        <source>Nothing could be tested.</source>
        <translation>未能完成任何检验。</translation>
    </message>
    <message>
        <source>On the worst 5 / 10 / 20 % of the length were {ours} % of the later failures: the mean of {count} cut-offs, {years} years after each.</source>
        <translation>最差的 5% / 10% / 20% 长度命中此后故障的 {ours}%：{count} 个截止日的平均值，各检验其后 {years} 年。</translation>
    </message>
    <message>
        <source>Oldest first would have caught {oldest} %.</source>
        <translation>按管龄最长优先命中 {oldest}%。</translation>
    </message>
    <message>
        <source>Predicted failures as a ratio to observed ones: {low} to {high}.</source>
        <translation>预测故障数与实际之比：{low} 至 {high}。</translation>
    </message>
    <message>
        <source>Cut-offs that could not be tested: {count}.</source>
        <translation>未能检验的截止日：{count} 个。</translation>
    </message>
    <message>
        <source>The field “{field}” alone catches {alone} % on {share} % of the length, the model {ours} %. Such fields have usually been filled in after the failures. It is not used; check where it comes from before you trust it.</source>
        <translation>仅凭字段“{field}”即在 {share}% 长度上命中 {alone}%，模型为 {ours}%。这类字段多为故障后补填。模型未采用；采信前请查明其来源。</translation>
    </message>
    <message>
        <source>Ranking of the pipes</source>
        <translation>管段排序</translation>
    </message>
    <message>
        <source>Predicted / observed</source>
        <translation>预测/实际</translation>
    </message>
    <message>
        <source>Worst part of the length, %</source>
        <translation>最差部分占长度（%）</translation>
    </message>
    <message>
        <source>Later failures on it, %</source>
        <translation>命中此后故障（%）</translation>
    </message>
    <message>
        <source>Failures caught by length</source>
        <translation>按长度的故障命中率</translation>
    </message>
    <message>
        <source>Failures caught, by ranking of the pipes</source>
        <translation>各种排序的故障命中率</translation>
    </message>
    <message>
        <source>Mean share of the later failures, in %, that were on the first 1, 5, 10 and 20 % of the length, {count} cut-offs. The shaded band spans the cut-offs: judge by it, not by the best.</source>
        <translation>排在前 1%、5%、10% 和 20% 长度的管段命中此后故障的平均比例（%），{count} 个截止日。阴影为各截止日的范围：判断时看整个范围，不看最好值。</translation>
    </message>
    <message>
        <source>Only years after a cut-off are counted, never a random part of the pipes: such figures look better than real forecasts. For the same reason no AUC is shown.</source>
        <translation>只统计截止日之后的年份，不随机抽取管段检验：随机抽取的结果比实际好。同理不列 AUC。</translation>
    </message>
    <message>
        <source>Each cut-off</source>
        <translation>各截止日</translation>
    </message>
    <message>
        <source>Cut-off</source>
        <translation>截止日</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>检验至</translation>
    </message>
    <message>
        <source>Failures known</source>
        <translation>已知故障</translation>
    </message>
    <message>
        <source>Test failures on pipes</source>
        <translation>管段上的检验故障</translation>
    </message>
    <message>
        <source>All test failures</source>
        <translation>全部检验故障</translation>
    </message>
    <message>
        <source>5 %, of all</source>
        <translation>5%（占全部）</translation>
    </message>
    <message>
        <source>In brackets, the interval ({level} %) from {count} samples of the test pipes; models are not fitted again. The others count failures on matched pipes, “of all” also those not on any pipe.</source>
        <translation>括号内为 {level}% 区间，对检验管段抽样 {count} 次得出，模型不重新拟合。其余各列只计已匹配到管段的故障，“占全部”包括未匹配的。</translation>
    </message>
    <message>
        <source>Pipes that had never failed</source>
        <translation>从未故障的管段</translation>
    </message>
    <message>
        <source>{failures} of {whole} test failures were on pipes without any on record. Shares of the length refer to these pipes only.</source>
        <translation>{whole} 次检验故障中有 {failures} 次发生在无故障记录的管段上。长度比例仅就这些管段计算。</translation>
    </message>
    <message>
        <source>Totals over the cut-offs.</source>
        <translation>各截止日合计。</translation>
    </message>
    <message>
        <source>The very worst pipes failed less often than predicted: their records partly reflect chance, and some pipes are renewed without a record. Expect less of them.</source>
        <translation>最差的管段实际故障少于预测：其记录有偶然成分，部分已悄然更换。对其效果不宜高估。</translation>
    </message>
    <message>
        <source>Are the numbers right, or only the ranking?</source>
        <translation>数值是否准确，还是仅排序准确？</translation>
    </message>
    <message>
        <source>Length, worst first</source>
        <translation>长度（由差到好）</translation>
    </message>
    <message>
        <source>Predicted failures</source>
        <translation>预测故障数</translation>
    </message>
    <message>
        <source>Observed failures</source>
        <translation>实际故障数</translation>
    </message>
    <message>
        <source>Our lead over the other rankings</source>
        <translation>与其他排序相比</translation>
    </message>
    <message>
        <source>Mean lead in percentage points; in brackets, the number of {count} cut-offs at which we were ahead or behind beyond chance, compared on the same samples.</source>
        <translation>平均领先的百分点；括号内为 {count} 个截止日中显著领先或落后的次数，按相同抽样比较。</translation>
    </message>
    <message>
        <source>Which model rates the pipes</source>
        <translation>采用的评估模型</translation>
    </message>
    <message>
        <source>No single field catches far more than the model.</source>
        <translation>没有单一字段的命中率明显超过模型。</translation>
    </message>
    <message>
        <source>“{field}” after the cut-off was ignored; up to {count} pipes.</source>
        <translation>未使用截止日之后的“{field}”；最多 {count} 条管段。</translation>
    </message>
    <message>
        <source>Fields that reveal the future</source>
        <translation>含事后信息的字段</translation>
    </message>
    <message>
        <source>Backtest of pipe health</source>
        <translation>管网健康评估回测报告</translation>
    </message>
    <message>
        <source>{junctions} junctions, {reservoirs} reservoirs, {tanks} tanks, {pipes} pipes, {pumps} pumps, {valves} valves.</source>
        <translation>连接节点 {junctions} 个，水库 {reservoirs} 个，水池 {tanks} 个，管道 {pipes} 条，水泵 {pumps} 台，阀门 {valves} 个。</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s) have no coordinates, such as {id}: they were placed next to their neighbours, or drawn as a tree. Such locations are not written back.</source>
        <translation>
            <numerusform>%n 个节点没有坐标，如 {id}：已置于相邻节点旁，或按树状绘出。这类位置不会写回文件。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>另有 %n 项。</numerusform>
        </translation>
    </message>
    <message>
        <source>Elements</source>
        <translation>元素</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Locations</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>EPANET import</source>
        <translation>EPANET 导入报告</translation>
    </message>
    <message>
        <source>{name} into {network}, {crs}</source>
        <translation>{name} 导入到 {network}，{crs}</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>EPANET export</source>
        <translation>EPANET 导出报告</translation>
    </message>
    <message>
        <source>{network} as {name}</source>
        <translation>{network} 导出为 {name}</translation>
    </message>
    <message>
        <source>No failure was recorded in {years}: those years count neither as records nor as years without failures.</source>
        <translation>{years} 没有任何故障记录：这些年份既不算有记录，也不算无故障。</translation>
    </message>
    <message>
        <source>Rates and classes are those of the records; only the forecast of years lets pipes age. A single year may differ by 40 % either way, five years together by 30 %.</source>
        <translation>故障率和健康等级取自记录；只有逐年预测考虑管龄增长。单年偏差可达 ±40%，五年合计 ±30%。</translation>
    </message>
    <message>
        <source>Pipes are rated by the chosen model: {model}.</source>
        <translation>按指定的模型评估：{model}。</translation>
    </message>
    <message>
        <source>From</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>To</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Of these, {customers} customers are beyond the closed valves, on {length} of pipes.</source>
        <translation>其中 {customers} 个用户在关阀范围以外，管段 {length}。</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>作用</translation>
    </message>
    <message>
        <source>Valve</source>
        <translation>阀门</translation>
    </message>
    <message>
        <source>Diameter (mm)</source>
        <translation>管径（mm）</translation>
    </message>
    <message>
        <source>Turns</source>
        <translation>圈数</translation>
    </message>
    <message>
        <source>More customers cut off</source>
        <translation>增加停水用户</translation>
    </message>
    <message numerus="yes">
        <source>%n more valve(s) are in the notification list.</source>
        <translation>
            <numerusform>另有 %n 个阀门见停水通知清单。</numerusform>
        </translation>
    </message>
    <message>
        <source>of these beyond the closed valves</source>
        <translation>其中关阀范围以外</translation>
    </message>
    <message>
        <source>Critical customers</source>
        <translation>重点用户</translation>
    </message>
    <message>
        <source>Demand not met (m³/d)</source>
        <translation>影响水量（m³/d）</translation>
    </message>
    <message>
        <source>Length of new dead ends (m)</source>
        <translation>新增断头管长度（m）</translation>
    </message>
    <message>
        <source>Consequences</source>
        <translation>影响</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Customer</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Effect</source>
        <translation>影响</translation>
    </message>
    <message numerus="yes">
        <source>%n more customer(s) are in the notification list.</source>
        <translation>
            <numerusform>另有 %n 个用户见停水通知清单。</numerusform>
        </translation>
    </message>
    <message>
        <source>Customers without water, critical ones first</source>
        <translation>停水用户（重点用户在前）</translation>
    </message>
    <message numerus="yes">
        <source>%n more pipe(s) are in the table of pipes.</source>
        <translation>
            <numerusform>另有 %n 条管段见管段表。</numerusform>
        </translation>
    </message>
    <message>
        <source>Hydrant</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>Hydrants without water: notify the fire brigade</source>
        <translation>停水消火栓：请通知消防部门</translation>
    </message>
    <message>
        <source>Isolation of a burst on pipe {pipe}</source>
        <translation>管段 {pipe} 爆管关阀分析报告</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>Hydrants</source>
        <translation>消火栓</translation>
    </message>
    <message>
        <source>expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>Years after {as_of}</source>
        <translation>{as_of} 之后的年数</translation>
    </message>
    <message>
        <source>Failures in the year</source>
        <translation>当年故障数</translation>
    </message>
    <message>
        <source>Expected failures</source>
        <translation>预期故障数</translation>
    </message>
    <message>
        <source>In {count} years together {expected}; four of five outcomes lie between {lower} and {upper}.</source>
        <translation>{count} 年合计 {expected} 次，80% 的可能在 {lower} 至 {upper} 次之间。</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>If nothing is renewed. A single winter moves all pipes at once by about {effect} %, and the level may drift by {trend} % either way. Failures not matched to a pipe are not in these figures.</source>
        <translation>以不改造为前提。冬季冷暖使全网同时波动约 {effect}%，总体水平可能上下偏移 {trend}%。未匹配到管段的故障不计入。</translation>
    </message>
    <message>
        <source>District</source>
        <translation>计量分区</translation>
    </message>
    <message>
        <source>Expected failures, by district</source>
        <translation>各计量分区预期故障数</translation>
    </message>
    <message>
        <source>Inside compounds the cost is split by the settings renewal.party.*; elsewhere the utility pays.</source>
        <translation>小区内的费用按参数 renewal.party.* 分摊，其余由供水企业承担。</translation>
    </message>
    <message>
        <source>Who pays</source>
        <translation>费用分摊</translation>
    </message>
    <message>
        <source>Nothing was found.</source>
        <translation>未发现问题。</translation>
    </message>
    <message>
        <source>Nothing was found in the area checked.</source>
        <translation>检查范围内未发现问题。</translation>
    </message>
    <message>
        <source>{errors} errors, {warnings} warnings and {advice} pieces of advice are causes; {children} more follow from them.</source>
        <translation>根源问题：错误 {errors} 个，警告 {warnings} 个，提示 {advice} 个；由其引起的问题 {children} 个。</translation>
    </message>
    <message>
        <source>{new} are new, {again} came back, {fixed} are fixed, {accepted} are accepted.</source>
        <translation>新增 {new} 个，重现 {again} 个，已修复 {fixed} 个，已确认无误 {accepted} 个。</translation>
    </message>
    <message>
        <source>Rules about the whole network were skipped: only a part was checked.</source>
        <translation>仅检查了部分范围，针对全网的规则未运行。</translation>
    </message>
    <message>
        <source>Severity</source>
        <translation>严重程度</translation>
    </message>
    <message>
        <source>Example</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>处理办法</translation>
    </message>
    <message>
        <source>The first {count} of {whole}; the others are in the list of issues.</source>
        <translation>列出 {whole} 个中的前 {count} 个，其余见问题列表。</translation>
    </message>
    <message>
        <source>Finding</source>
        <translation>问题说明</translation>
    </message>
    <message>
        <source>Assets</source>
        <translation>涉及设施</translation>
    </message>
    <message>
        <source>To fix first</source>
        <translation>优先处理</translation>
    </message>
    <message>
        <source>Quality by area</source>
        <translation>各区域数据质量</translation>
    </message>
    <message>
        <source>A grade is the weight of errors and warnings per km of pipe; it is one grade worse where material, diameter and year are known for too few pipes.</source>
        <translation>等级按每公里管长的错误和警告加权数评定；管材、管径和敷设年代已知的管段过少时降一级。</translation>
    </message>
    <message>
        <source>Grade</source>
        <translation>等级</translation>
    </message>
    <message>
        <source>Weight per km</source>
        <translation>加权数/km</translation>
    </message>
    <message>
        <source>Known, %</source>
        <translation>已知比例（%）</translation>
    </message>
    <message>
        <source>{done} issues can be repaired, {refused} need a person&apos;s judgement.</source>
        <translation>可修复问题 {done} 个，需人工判断 {refused} 个。</translation>
    </message>
    <message>
        <source>{done} issues are repaired, {refused} need a person&apos;s judgement.</source>
        <translation>已修复问题 {done} 个，需人工判断 {refused} 个。</translation>
    </message>
    <message>
        <source>Nothing was written: this was a dry run.</source>
        <translation>试运行，未写入任何内容。</translation>
    </message>
    <message>
        <source>The first {count} of {whole} changes; OUTPUT contains all of them.</source>
        <translation>列出 {whole} 处改动中的前 {count} 处，全部见 OUTPUT。</translation>
    </message>
    <message>
        <source>Asset</source>
        <translation>设施</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>修复前</translation>
    </message>
    <message>
        <source>After</source>
        <translation>修复后</translation>
    </message>
    <message>
        <source>Before and after</source>
        <translation>修复前后对照</translation>
    </message>
    <message>
        <source>Issue</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Repairs</source>
        <translation>数据修复报告</translation>
    </message>
    <message>
        <source>{matched} pipes are in the inventory, {unmatched} are not; {count} values are filled in.</source>
        <translation>{matched} 条管段在台账中，{unmatched} 条不在；补齐 {count} 个值。</translation>
    </message>
    <message>
        <source>Filled fields</source>
        <translation>补齐的字段</translation>
    </message>
    <message>
        <source>Known differently</source>
        <translation>与台账不同</translation>
    </message>
    <message>
        <source>The network&apos;s value is kept.</source>
        <translation>保留管网的值。</translation>
    </message>
    <message>
        <source>Contradictions in the inventory</source>
        <translation>与台账的矛盾</translation>
    </message>
    <message>
        <source>These ids appear several times with different values and fill in nothing: {ids}.</source>
        <translation>以下编号在台账中重复且取值不同，未用于补齐：{ids}。</translation>
    </message>
    <message>
        <source>Inventory joined</source>
        <translation>台账关联报告</translation>
    </message>
    <message>
        <source>No customer is linked to a pipe: the cost of a failure is that of the settings, customers included.</source>
        <translation>没有用户对应到管段：故障损失采用参数值，已含用户损失。</translation>
    </message>
    <message>
        <source>Customers cut off: those of the pipe&apos;s segment between valves, and those whose every path to a source leads through it. Hydraulics are not checked.</source>
        <translation>停水用户：管段所在阀门分段的用户，以及供水通路均经过该分段的用户。不作水力校核。</translation>
    </message>
    <message>
        <source>Customers cut off: those on the pipe, and those whose every path to a source leads through it. No isolation valve is on a pipe, so real failures cut off more. Hydraulics are not checked.</source>
        <translation>停水用户：接于该管段的用户，以及供水通路均经过该管段的用户。管线上没有隔离阀，实际停水用户更多。不作水力校核。</translation>
    </message>
    <message>
        <source>Customers cut off: those on the pipe alone, since no source is on a pipe. Real failures cut off more.</source>
        <translation>停水用户：仅接于该管段的用户，因管线未接水源。实际停水用户更多。</translation>
    </message>
    <message>
        <source>{lost} of {whole} customers are not linked to a pipe in use and are not counted.</source>
        <translation>{whole} 个用户中有 {lost} 个未对应在用管段，不计入。</translation>
    </message>
    <message>
        <source>Repair and road</source>
        <translation>维修与路面</translation>
    </message>
    <message>
        <source>Crossings of rivers and railways</source>
        <translation>穿越河流和铁路</translation>
    </message>
    <message>
        <source>Repair, road, customers</source>
        <translation>维修、路面、用户</translation>
    </message>
    <message>
        <source>Crossings are unknown: no layer of rivers or railways was given.</source>
        <translation>未给出河流或铁路图层，穿越情况不明。</translation>
    </message>
    <message>
        <source>What the failures cost</source>
        <translation>故障损失构成</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>组成</translation>
    </message>
    <message>
        <source>Cost in {years} years</source>
        <translation>{years} 年损失</translation>
    </message>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Costs, hours and factors are settings, each with its source; replace those that are assumed.</source>
        <translation>费用、时长和系数均为参数，各注来源；标为“假定”的请替换。</translation>
    </message>
    <message>
        <source>Bands 1 (low) to 5 (high) by fixed limits and weights of the settings; each cell shows km and, below, pipes. Classes are based on money, not on these bands.</source>
        <translation>按参数中固定的界限和权重分为 1（低）至 5（高）级；格内上为长度（km），下为管段数。健康等级按损失金额划分，与此分级无关。</translation>
    </message>
    <message>
        <source>Without a band, since likelihood or consequence is not known: {length}.</source>
        <translation>一方不明而未分级：{length}。</translation>
    </message>
    <message>
        <source>Consequence</source>
        <translation>后果</translation>
    </message>
    <message>
        <source>Likelihood</source>
        <translation>可能性</translation>
    </message>
    <message>
        <source>Likelihood and consequence</source>
        <translation>可能性与后果</translation>
    </message>
    <message>
        <source>Table: km by band of likelihood (rows) and of consequence (columns).</source>
        <translation>表：按可能性等级（行）和后果等级（列）的长度（km）。</translation>
    </message>
    <message>
        <source>Doing nothing</source>
        <translation>不改造</translation>
    </message>
    <message>
        <source>{budget} per year, {strategy}</source>
        <translation>每年 {budget}，{strategy}</translation>
    </message>
    <message>
        <source>{lower} to {upper}</source>
        <translation>{lower} 至 {upper}</translation>
    </message>
    <message>
        <source>Scenario</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Renewed per year (%)</source>
        <translation>年更新率（%）</translation>
    </message>
    <message>
        <source>Failures in {years} years</source>
        <translation>{years} 年故障数</translation>
    </message>
    <message>
        <source>Avoided</source>
        <translation>避免故障数</translation>
    </message>
    <message>
        <source>Four out of five outcomes</source>
        <translation>80% 区间</translation>
    </message>
    <message>
        <source>Avoided per million</source>
        <translation>每百万避免故障数</translation>
    </message>
    <message>
        <source>Risk removed per year</source>
        <translation>每年消除风险</translation>
    </message>
    <message>
        <source>Infrastructure value index</source>
        <translation>基础设施价值指数</translation>
    </message>
    <message>
        <source>Infrastructure value index: the remaining life of the pipes as a share of their whole life, weighted by replacement cost; before the plan {index}. A well maintained network lies near 0.5.</source>
        <translation>基础设施价值指数：管网剩余寿命与全部寿命之比，按重置费用加权；改造前为 {index}。维护良好的管网约为 0.5。</translation>
    </message>
    <message>
        <source>{budget} per year</source>
        <translation>每年 {budget}</translation>
    </message>
    <message>
        <source>Failures per year</source>
        <translation>年故障数</translation>
    </message>
    <message>
        <source>Failures expected in each year</source>
        <translation>逐年预期故障数</translation>
    </message>
    <message>
        <source>The shaded band contains four out of five outcomes of the scenario that avoids most.</source>
        <translation>阴影为避免故障最多的方案的 80% 区间。</translation>
    </message>
    <message>
        <source>Failures in each year</source>
        <translation>逐年故障</translation>
    </message>
    <message>
        <source>There are too few failures to test the forecasts on past data, so they are not scaled. Forecasts for the worst pipes tend to be too high.</source>
        <translation>故障太少，无法用历史检验预测，预测值未作修正。对最差管段的预测往往偏高。</translation>
    </message>
    <message>
        <source>How far forecasts can be trusted</source>
        <translation>预测的可信程度</translation>
    </message>
    <message>
        <source>{first} to {last} % of length</source>
        <translation>长度的 {first}%～{last}%</translation>
    </message>
    <message>
        <source>At earlier dates, the forecasts for each band of length were compared with the failures that followed; all figures above are multiplied by the result.</source>
        <translation>回到以前的日期，将各长度段的预测与此后实际故障对比；以上数值均已按所得比值修正。</translation>
    </message>
    <message>
        <source>Worst pipes</source>
        <translation>最差管段</translation>
    </message>
    <message>
        <source>Observed / predicted</source>
        <translation>实际/预测</translation>
    </message>
    <message>
        <source>No scenarios were requested.</source>
        <translation>未指定任何方案。</translation>
    </message>
    <message>
        <source>Doing nothing means about {failures} failures in {years} years. {scenario} avoids {avoided} of them for {cost}.</source>
        <translation>不改造时 {years} 年约发生故障 {failures} 次。采用方案“{scenario}”可避免 {avoided} 次，投资 {cost}。</translation>
    </message>
    <message>
        <source>Scenarios of renewal</source>
        <translation>改造方案比较报告</translation>
    </message>
    <message>
        <source>{valves} valves divide {length} km of pipes into {segments} segments; shutting off {cutting} of them cuts off others that are not shut off.</source>
        <translation>{valves} 个阀门将 {length} km 管段划分为 {segments} 个分段；关停其中 {cutting} 个会使未关停的其他分段断水。</translation>
    </message>
    <message>
        <source>Segment</source>
        <translation>分段</translation>
    </message>
    <message>
        <source>Other segments cut off</source>
        <translation>连带停水分段</translation>
    </message>
    <message>
        <source>Customers cut off</source>
        <translation>停水用户</translation>
    </message>
    <message>
        <source>A segment is named after its first pipe. Customers cut off include those of other segments.</source>
        <translation>分段以其首条管段命名。停水用户包括其他分段的用户。</translation>
    </message>
    <message>
        <source>Segments, the worst first</source>
        <translation>影响最大的分段</translation>
    </message>
    <message>
        <source>More customers cut off when it fails</source>
        <translation>失效时增加停水用户</translation>
    </message>
    <message>
        <source>More length shut off (m)</source>
        <translation>增加停水长度（m）</translation>
    </message>
    <message>
        <source>Valves, the most important first</source>
        <translation>最关键的阀门</translation>
    </message>
    <message>
        <source>Both sides lie in one segment: it separates nothing.</source>
        <translation>两侧属于同一分段，起不到分隔作用。</translation>
    </message>
    <message>
        <source>Fewer than two pipes end at it.</source>
        <translation>所接管段不足两条。</translation>
    </message>
    <message>
        <source>More than two pipes end at it: it separates all of them.</source>
        <translation>所接管段多于两条，关闭后各管段均断开。</translation>
    </message>
    <message numerus="yes">
        <source>%n more valve(s) are in the table of valves.</source>
        <translation>
            <numerusform>另有 %n 个阀门见阀门表。</numerusform>
        </translation>
    </message>
    <message>
        <source>What is unusual</source>
        <translation>异常情况</translation>
    </message>
    <message>
        <source>Valves to inspect</source>
        <translation>待核查的阀门</translation>
    </message>
    <message numerus="yes">
        <source>%n segment(s) have no open path to a source even now.</source>
        <translation>
            <numerusform>%n 个分段目前就没有连通水源的通路。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Not counted in any segment, since no pipe in use is on record for them: %n customer(s).</source>
        <translation>
            <numerusform>%n 个用户未对应在用管段，不计入任何分段。</numerusform>
        </translation>
    </message>
    <message>
        <source>In a network of this size, customers who depend on two segments together are not counted for valves; an isolation counts them.</source>
        <translation>管网规模较大，阀门的影响未计同时依赖两个分段的用户；爆管关阀分析则计入。</translation>
    </message>
    <message>
        <source>Upstream</source>
        <translation>上游</translation>
    </message>
    <message>
        <source>Downstream</source>
        <translation>下游</translation>
    </message>
    <message>
        <source>Everything connected</source>
        <translation>全部连通部分</translation>
    </message>
    <message>
        <source>Way to the source</source>
        <translation>到水源的路径</translation>
    </message>
    <message>
        <source>Shortest way</source>
        <translation>最短路径</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>Pipes by system</source>
        <translation>各系统管段</translation>
    </message>
    <message>
        <source>Nodes by kind</source>
        <translation>各类节点</translation>
    </message>
    <message>
        <source>{direction} from {start}: {pipes} pipes of {length}, {customers} customers.</source>
        <translation>从 {start} 追踪（{direction}）：{pipes} 条管段，{length}，用户 {customers} 个。</translation>
    </message>
    <message>
        <source>Totals</source>
        <translation>汇总</translation>
    </message>
    <message>
        <source>Trace</source>
        <translation>追踪</translation>
    </message>
    <message>
        <source>What changed: {changes}</source>
        <translation>变化：{changes}</translation>
    </message>
    <message>
        <source>New dead ends</source>
        <translation>新增断头管</translation>
    </message>
    <message>
        <source>Volume to drain</source>
        <translation>泄水量</translation>
    </message>
    <message>
        <source>Click the burst pipe to see here which valves to close and who loses water.</source>
        <translation>在图上单击爆管的管段，此处显示应关闭的阀门和停水用户。</translation>
    </message>
    <message>
        <source>Click a pipe</source>
        <translation>单击管段</translation>
    </message>
    <message>
        <source>Burst</source>
        <translation>爆管</translation>
    </message>
    <message>
        <source>The isolation as a page in the browser</source>
        <translation>在浏览器中打开关阀分析报告</translation>
    </message>
    <message>
        <source>Notification list…</source>
        <translation>停水通知清单…</translation>
    </message>
    <message>
        <source>Shutdown order…</source>
        <translation>关阀工单…</translation>
    </message>
    <message>
        <source>What the crew takes along: one page as a .pdf</source>
        <translation>供现场人员携带的一页 .pdf</translation>
    </message>
    <message>
        <source>Try a valve on a pipe…</source>
        <translation>假设管段上有阀门…</translation>
    </message>
    <message>
        <source>The next click on a pipe puts a hypothetical valve there</source>
        <translation>下次单击的管段上假设有阀门，不改动管网</translation>
    </message>
    <message>
        <source>Keep as layers</source>
        <translation>保留为图层</translation>
    </message>
    <message>
        <source>Write valves, pipes and customers to a file next to the network, under Results</source>
        <translation>将阀门、管段和用户写入管网旁的文件，列在“成果”下</translation>
    </message>
    <message>
        <source>Open the algorithm…</source>
        <translation>打开算法…</translation>
    </message>
    <message>
        <source>Isolating a burst</source>
        <translation>爆管关阀分析</translation>
    </message>
    <message>
        <source>Click the pipe to put a hypothetical valve on; nothing in the network changes.</source>
        <translation>请单击假设有阀门的管段，不改动管网。</translation>
    </message>
    <message>
        <source>Hypothetical valve on {pipe}.</source>
        <translation>假设：{pipe} 上有阀门。</translation>
    </message>
    <message>
        <source>burst</source>
        <translation>爆管</translation>
    </message>
    <message>
        <source>Save the notification list</source>
        <translation>保存停水通知清单</translation>
    </message>
    <message>
        <source>Save the shutdown order</source>
        <translation>保存关阀工单</translation>
    </message>
    <message>
        <source>The layers are at {path}, but QGIS can&apos;t open them.</source>
        <translation>图层位于 {path}，但 QGIS 无法打开。</translation>
    </message>
    <message>
        <source>Kept as layers under Results, in {name}.</source>
        <translation>已保留为“成果”下的图层，位于 {name}。</translation>
    </message>
    <message>
        <source>Waiting for another query</source>
        <translation>等待另一次分析完成</translation>
    </message>
    <message>
        <source>Written to {path}.</source>
        <translation>已写入 {path}。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>The layer of pipes is not in this project. Restore it from the panel.</source>
        <translation>管段图层不在本工程中。请在面板中放回。</translation>
    </message>
    <message>
        <source>There is no pipe there. Click nearer to a pipe, or zoom in.</source>
        <translation>此处没有管段。请靠近管段单击，或放大地图。</translation>
    </message>
    <message>
        <source>Click on the map; Esc stops</source>
        <translation>在图上单击；按 Esc 结束</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>清除</translation>
    </message>
    <message>
        <source>Remove the answer from the map and from this panel</source>
        <translation>清除地图和本面板中的结果</translation>
    </message>
    <message>
        <source>Click a burst pipe: valves to close, customers without water</source>
        <translation>单击爆管的管段：应关闭的阀门、停水用户</translation>
    </message>
    <message>
        <source>Click where to start: upstream, downstream, to the source, the shortest way</source>
        <translation>单击起点：上游、下游、到水源、最短路径</translation>
    </message>
    <message>
        <source>The profile follows the longest way of the trace.</source>
        <translation>纵断面沿追踪到的最长路径绘制。</translation>
    </message>
    <message>
        <source>{first} to {last}</source>
        <translation>{first} 至 {last}</translation>
    </message>
    <message>
        <source>Farthest</source>
        <translation>最远距离</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>容积</translation>
    </message>
    <message>
        <source>Demand</source>
        <translation>用水量</translation>
    </message>
    <message>
        <source>Click a pipe or a node to see here where its water comes from or goes to.</source>
        <translation>单击管段或节点，此处显示其来水或去向。</translation>
    </message>
    <message>
        <source>Click a start</source>
        <translation>单击起点</translation>
    </message>
    <message>
        <source>Which way to go from the start</source>
        <translation>从起点追踪的方向</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已存设置</translation>
    </message>
    <message>
        <source>Save these settings under a name, or use saved ones</source>
        <translation>将当前设置命名保存，或采用已存设置</translation>
    </message>
    <message>
        <source>Kinds of nodes at which the trace ends</source>
        <translation>追踪到此类设施即终止</translation>
    </message>
    <message>
        <source>How far to go, in metres; empty: no limit</source>
        <translation>追踪的最远距离（m）；留空不限</translation>
    </message>
    <message>
        <source>Wet weather</source>
        <translation>雨天</translation>
    </message>
    <message>
        <source>In dry weather, interceptors pass sewage on through their dry outlet only</source>
        <translation>晴天时截流井的污水只进入截流管</translation>
    </message>
    <message>
        <source>Pass closed valves</source>
        <translation>通过关闭的阀门</translation>
    </message>
    <message>
        <source>Continue through closed valves and closed pipes</source>
        <translation>继续通过关闭的阀门和管段</translation>
    </message>
    <message>
        <source>Ground, pipe, inverts and crossings along the way</source>
        <translation>沿线的地面、管线、管底高程和交叉管线</translation>
    </message>
    <message>
        <source>The totals as a page in the browser</source>
        <translation>在浏览器中打开汇总报告</translation>
    </message>
    <message>
        <source>Set a barrier…</source>
        <translation>设置阻断…</translation>
    </message>
    <message>
        <source>The trace does not pass the pipe or node you click next</source>
        <translation>下次单击的管段或节点不通过</translation>
    </message>
    <message>
        <source>Remove all barriers</source>
        <translation>清除全部阻断</translation>
    </message>
    <message numerus="yes">
        <source>%n kind(s)</source>
        <translation>
            <numerusform>%n 类</numerusform>
        </translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>无</translation>
    </message>
    <message>
        <source>Now click where the way ends.</source>
        <translation>请单击路径的终点。</translation>
    </message>
    <message>
        <source>Save these settings…</source>
        <translation>保存当前设置…</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Save these settings</source>
        <translation>保存当前设置</translation>
    </message>
    <message>
        <source>Click the pipe or node that the trace must not pass.</source>
        <translation>请单击不通过的管段或节点。</translation>
    </message>
    <message>
        <source>{direction}, from {start} to {end}</source>
        <translation>{direction}，从 {start} 到 {end}</translation>
    </message>
    <message>
        <source>{direction}, from {start}</source>
        <translation>{direction}，从 {start} 起</translation>
    </message>
    <message>
        <source>Barriers: {listed}.</source>
        <translation>阻断：{listed}。</translation>
    </message>
    <message numerus="yes">
        <source>%n more pipe(s) are not listed here.</source>
        <translation>
            <numerusform>另有 %n 条管段未列出。</numerusform>
        </translation>
    </message>
    <message>
        <source>Can&apos;t be closed</source>
        <translation>无法关闭</translation>
    </message>
    <message numerus="yes">
        <source>%n turn(s)</source>
        <translation>
            <numerusform>%n 圈</numerusform>
        </translation>
    </message>
    <message>
        <source>+{n} customers</source>
        <translation>+{n} 个用户</translation>
    </message>
    <message>
        <source>Broken</source>
        <translation>失效</translation>
    </message>
    <message>
        <source>Tick a valve that can&apos;t be closed: the next ones are found</source>
        <translation>勾选无法关闭的阀门，将查找替代阀门</translation>
    </message>
    <message>
        <source>Hypothetical, on {pipe}</source>
        <translation>假设，在 {pipe} 上</translation>
    </message>
    <message>
        <source>Plan: {figures}</source>
        <translation>改造计划：{figures}</translation>
    </message>
    <message>
        <source>Values that mean “not known” in this file, such as 0 or -9999. Separate several with semicolons.</source>
        <translation>该文件中表示“不明”的值，如 0 或 -9999，以分号分隔。</translation>
    </message>
    <message>
        <source>Generated ids begin with</source>
        <translation>自动编号前缀</translation>
    </message>
    <message>
        <source>Rows without an id get a number after these letters.</source>
        <translation>没有编号的行按此前缀加序号编号。</translation>
    </message>
    <message>
        <source>Values for “unknown” in {column}</source>
        <translation>{column} 中表示“不明”的值</translation>
    </message>
    <message>
        <source>{value} = unknown</source>
        <translation>{value} = 不明</translation>
    </message>
    <message>
        <source>The rejected rows can&apos;t be written to {folder}: {reason}. Save the report instead.</source>
        <translation>拒收的行无法写入 {folder}：{reason}。请改为保存报告。</translation>
    </message>
    <message>
        <source>columns and tables for checks, isolation and EPANET</source>
        <translation>数据检查、关阀分析和 EPANET 所需的字段和表</translation>
    </message>
    <message>
        <source>No open issue can be repaired. Check the network first, or give issues or rules.</source>
        <translation>没有可修复的待处理问题。请先检查管网，或指定问题或规则。</translation>
    </message>
    <message>
        <source>There is no issue or rule {words}. Check the network first, or correct ISSUES.</source>
        <translation>没有问题或规则 {words}。请先检查管网，或改正 ISSUES。</translation>
    </message>
    <message>
        <source>Findings of {rules} have to be corrected by hand; there is no automatic repair for them.</source>
        <translation>规则 {rules} 的问题须手工处理，不能自动修复。</translation>
    </message>
    <message>
        <source>Repaired.</source>
        <translation>已修复。</translation>
    </message>
    <message>
        <source>JOIN: the table of pipes has no column {name}.</source>
        <translation>JOIN：管段表没有字段 {name}。</translation>
    </message>
    <message>
        <source>The mapping gives no column for pipe_id: which one contains the inventory’s ids?</source>
        <translation>映射未指定 pipe_id 的列：台账的编号在哪一列？</translation>
    </message>
    <message>
        <source>The mapping gives no meaning to these codes: {codes}.</source>
        <translation>映射未给出以下代码的含义：{codes}。</translation>
    </message>
    <message>
        <source>Every pipe with rate, health, likelihood, consequence, risk, class, evidence and reasons.</source>
        <translation>各管段的故障率、健康度、可能性、后果、风险、健康等级、依据和原因。</translation>
    </message>
    <message>
        <source>More columns</source>
        <translation>更多字段</translation>
    </message>
    <message>
        <source>Adds the policy list, the bands of likelihood and consequence, and who loses water.</source>
        <translation>增加政策清单、可能性和后果分级，以及停水用户。</translation>
    </message>
    <message>
        <source>Pipes in a worse class than in the last run, or whose rate has risen sharply, with what happened.</source>
        <translation>健康等级比上次变差或故障率明显上升的管段及其情况。</translation>
    </message>
    <message>
        <source>Pipes that got worse</source>
        <translation>变差的管段</translation>
    </message>
    <message>
        <source>Documents of a renewal plan</source>
        <translation>改造计划成果输出</translation>
    </message>
    <message>
        <source>Writes the documents to hand on: the list of projects with pipes, years and basis as a workbook; a book with one sheet for each project, its map with pipes and failures, reasons, cost and who pays, customers and road works; and a statement that explains in words how streets are chosen, with all settings in force, their sources, and the test on the network&apos;s own past. Only what is requested is written; nothing in the network changes.</source>
        <translation>输出规划成果：改造项目清单（工作簿，含管段、年份和依据）；项目图册（一项一页，含管段与故障位置图、改造理由、投资及分摊、用户和道路工程）；方法说明（用文字说明道路如何选定，附全部现行参数及其来源，以及本管网的历史回测结果）。只输出所选的文件，不改动管网。</translation>
    </message>
    <message>
        <source>Id of the plan; empty: the newest.</source>
        <translation>改造计划编号。留空为最近一次。</translation>
    </message>
    <message>
        <source>Ids separated by semicolons; empty: all projects with funding.</source>
        <translation>项目编号，以分号分隔。留空为全部已安排资金的项目。</translation>
    </message>
    <message>
        <source>en or zh_CN; empty: the language of QGIS.</source>
        <translation>en 或 zh_CN。留空与界面一致。</translation>
    </message>
    <message>
        <source>List of projects</source>
        <translation>改造项目清单</translation>
    </message>
    <message>
        <source>The workbook.</source>
        <translation>工作簿文件。</translation>
    </message>
    <message>
        <source>Workbook (*.xlsx)</source>
        <translation>工作簿 (*.xlsx)</translation>
    </message>
    <message>
        <source>Sheets of the projects</source>
        <translation>项目图册</translation>
    </message>
    <message>
        <source>One PDF with a list, a map of all projects and a sheet for each, A4.</source>
        <translation>一个 A4 PDF：目录、总图和逐项目的图页。</translation>
    </message>
    <message>
        <source>Statement of method and validation</source>
        <translation>方法与验证说明</translation>
    </message>
    <message>
        <source>A PDF, A4; or a web page, if the name ends in .html.</source>
        <translation>A4 PDF；文件名以 .html 结尾时为网页。</translation>
    </message>
    <message>
        <source>Nothing was requested. Give at least one of {names}.</source>
        <translation>未指定输出内容。请至少给出 {names} 之一。</translation>
    </message>
    <message>
        <source>Reading the projects</source>
        <translation>读取项目</translation>
    </message>
    <message>
        <source>Printing the sheets</source>
        <translation>输出图页</translation>
    </message>
    <message>
        <source>This network has no renewal plan yet. Run “Plan renewal” (planrenewal) first.</source>
        <translation>该管网尚无改造计划。请先运行“编制改造计划”（planrenewal）。</translation>
    </message>
    <message>
        <source>PLAN: there is no plan “{plan}”. Leave it empty for the newest one.</source>
        <translation>PLAN：没有计划“{plan}”。留空则采用最近一次。</translation>
    </message>
    <message>
        <source>The assessment {run} from which plan {plan} was made no longer exists. Plan again.</source>
        <translation>计划 {plan} 所依据的评估 {run} 已不存在。请重新编制计划。</translation>
    </message>
    <message>
        <source>The projects of plan {plan} were replaced by those of a newer plan. Choose that one.</source>
        <translation>计划 {plan} 的项目已被新计划替换。请改选新计划。</translation>
    </message>
    <message>
        <source>Plan {plan} funds no project.</source>
        <translation>计划 {plan} 没有已安排资金的项目。</translation>
    </message>
    <message>
        <source>Choose projects with PROJECTS, or plan with a larger budget.</source>
        <translation>请用 PROJECTS 指定项目，或增加预算后重新编制。</translation>
    </message>
    <message>
        <source>PROJECTS contains unknown projects: {names}. Use the ids from the list of projects.</source>
        <translation>PROJECTS 中的项目不存在：{names}。请从项目清单中取编号。</translation>
    </message>
    <message>
        <source>There is no project to print. Make a plan, or choose projects of it.</source>
        <translation>没有可输出的项目。请编制计划，或指定其中的项目。</translation>
    </message>
    <message>
        <source>{count} failures since {since}</source>
        <translation>{since} 以来故障 {count} 次</translation>
    </message>
    <message>
        <source>1 failure since {since}</source>
        <translation>{since} 以来故障 1 次</translation>
    </message>
    <message>
        <source>no failure of its own since {since}: pipes like it failed</source>
        <translation>{since} 以来自身无故障：同类管段有故障</translation>
    </message>
    <message>
        <source>No.</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Old material</source>
        <translation>原管材</translation>
    </message>
    <message>
        <source>Year laid</source>
        <translation>敷设年代</translation>
    </message>
    <message>
        <source>Failures on record</source>
        <translation>故障记录数</translation>
    </message>
    <message>
        <source>Since run {run} as of {as_of}: {by_class} pipes are in a worse class, {by_rate} more have a rate that has risen sharply; {compared} pipes were compared.</source>
        <translation>自评估 {run}（基准日 {as_of}）以来：{by_class} 条管段健康等级变差，另有 {by_rate} 条故障率明显上升；共对比 {compared} 条。</translation>
    </message>
    <message>
        <source>Class then</source>
        <translation>原健康等级</translation>
    </message>
    <message>
        <source>Rate then</source>
        <translation>原故障率</translation>
    </message>
    <message>
        <source>Reasons</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>And {count} more; the layer of warnings contains them all.</source>
        <translation>另有 {count} 条，全部见预警图层。</translation>
    </message>
    <message>
        <source>What got worse</source>
        <translation>变差的管段</translation>
    </message>
    <message>
        <source>{asset} (no longer there)</source>
        <translation>{asset}（已不存在）</translation>
    </message>
    <message>
        <source>{source} ({certainty})</source>
        <translation>{source}（{certainty}）</translation>
    </message>
    <message>
        <source>{threshold}: {value}</source>
        <translation>{threshold}：{value}</translation>
    </message>
    <message>
        <source>What follows from it</source>
        <translation>由此引起的问题</translation>
    </message>
    <message>
        <source>It follows from another issue; fix that one first:</source>
        <translation>本问题由另一个问题引起，请先处理：</translation>
    </message>
    <message>
        <source>Accepted: {reason}</source>
        <translation>确认无误：{reason}</translation>
    </message>
    <message>
        <source>Fixed: {reason}</source>
        <translation>已修复：{reason}</translation>
    </message>
    <message>
        <source>Working out what the fix does…</source>
        <translation>正在计算修复结果…</translation>
    </message>
    <message>
        <source>Show what the fix does</source>
        <translation>查看修复效果</translation>
    </message>
    <message>
        <source>It can’t be fixed automatically: {reason}</source>
        <translation>不能自动修复：{reason}</translation>
    </message>
    <message>
        <source>The fix does this</source>
        <translation>修复内容</translation>
    </message>
    <message>
        <source>It has no location on the map.</source>
        <translation>该问题在图上没有位置。</translation>
    </message>
    <message>
        <source>Why it matters</source>
        <translation>为何重要</translation>
    </message>
    <message>
        <source>What it is based on</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>There is nothing left to fix.</source>
        <translation>没有待处理的问题。</translation>
    </message>
    <message>
        <source>Press N for the next one, F to fix it, A to accept it.</source>
        <translation>按 N 看下一个，按 F 修复，按 A 确认无误。</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>已删除</translation>
    </message>
    <message>
        <source>new</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>Course</source>
        <translation>走向</translation>
    </message>
    <message>
        <source>redrawn</source>
        <translation>重新绘制</translation>
    </message>
    <message>
        <source>moved {metres} m</source>
        <translation>移动 {metres} m</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) without water</source>
        <translation>
            <numerusform>停水用户 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>{first}, {second}</source>
        <translation>{first}，{second}</translation>
    </message>
    <message>
        <source>Customers to notify and valves, as an .xlsx</source>
        <translation>应通知的用户和阀门，为 .xlsx 文件</translation>
    </message>
    <message>
        <source>Burst on pipe {pipe}. Hydraulics not checked.</source>
        <translation>管段 {pipe} 爆管。未作水力校核。</translation>
    </message>
    <message>
        <source>notifications</source>
        <translation>停水通知</translation>
    </message>
    <message>
        <source>order</source>
        <translation>关阀工单</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s)</source>
        <translation>
            <numerusform>%n 条管段</numerusform>
        </translation>
    </message>
    <message>
        <source>or after</source>
        <translation>或超过</translation>
    </message>
    <message>
        <source>Give a reason why this is right: it is saved with the issue.</source>
        <translation>请填写无误的理由：理由随问题保存。</translation>
    </message>
    <message>
        <source>Reopened</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>No issue is chosen.</source>
        <translation>没有选中问题。</translation>
    </message>
    <message>
        <source>Amount that a plan made on each cut-off may spend; the report shows which later failures were on its streets. Empty: what renewing 2 % of the length costs; 0: no plans.</source>
        <translation>各截止日编制的计划可使用的资金；报告列出此后有多少故障落在其道路上。留空取更新 2% 长度所需投资；0 表示不编制计划。</translation>
    </message>
    <message>
        <source>Planning on the cut-offs</source>
        <translation>在各截止日编制计划</translation>
    </message>
    <message>
        <source>Horizontal scale 1:{along}, vertical scale 1:{up}</source>
        <translation>横向比例尺 1:{along}，纵向 1:{up}</translation>
    </message>
    <message>
        <source>Ground level (m)</source>
        <translation>地面高程（m）</translation>
    </message>
    <message>
        <source>Invert (m)</source>
        <translation>管底高程（m）</translation>
    </message>
    <message>
        <source>Depth (m)</source>
        <translation>埋深（m）</translation>
    </message>
    <message>
        <source>Slope</source>
        <translation>坡度</translation>
    </message>
    <message>
        <source>Chainage (m)</source>
        <translation>里程（m）</translation>
    </message>
    <message>
        <source>Node</source>
        <translation>节点</translation>
    </message>
    <message>
        <source>Plans with one year&apos;s budget, {count} times: {plan} of {tested} later failures were on the streets they would have renewed; oldest first {oldest}, most failures first {most}.</source>
        <translation>按一年预算编制 {count} 次计划：此后 {tested} 次故障中有 {plan} 次落在计划改造的道路上；管龄最长优先为 {oldest} 次，故障最多优先为 {most} 次。</translation>
    </message>
    <message>
        <source>And {count} more.</source>
        <translation>另有 {count} 项。</translation>
    </message>
    <message>
        <source>What the plans of those years would have caught</source>
        <translation>以往年份的计划可命中的故障</translation>
    </message>
    <message>
        <source>Test failures</source>
        <translation>检验故障</translation>
    </message>
    <message>
        <source>On the plan&apos;s streets</source>
        <translation>落在计划道路上</translation>
    </message>
    <message>
        <source>By chance</source>
        <translation>随机期望</translation>
    </message>
    <message>
        <source>Each rule spends the same money on packages built in the same way: the plan on those that save most for their cost, the others in their own order. By chance: any streets of the plan&apos;s length.</source>
        <translation>各策略资金相同，项目组建方式相同：计划选择效益投资比高的项目，其余按各自的次序选择。随机期望：与计划等长的任意道路。</translation>
    </message>
    <message>
        <source>The plan as of {cutoff}</source>
        <translation>{cutoff} 的计划</translation>
    </message>
    <message>
        <source>With a budget of {budget} the plan would have renewed {projects} streets, {length}; {caught} of {tested} failures up to {until} were on them.</source>
        <translation>预算 {budget} 可改造 {projects} 条道路，共 {length}；截至 {until} 的 {tested} 次故障中有 {caught} 次落在其上。</translation>
    </message>
    <message>
        <source>m</source>
        <translation>长度（m）</translation>
    </message>
    <message>
        <source>Later failures</source>
        <translation>此后故障</translation>
    </message>
    <message>
        <source>Why is this right as it is?</source>
        <translation>为何确认无误？</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>确认无误</translation>
    </message>
    <message>
        <source>Checked: {errors}, {warnings}.</source>
        <translation>检查完成：{errors}，{warnings}。</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Undone: {what}</source>
        <translation>已撤回：{what}</translation>
    </message>
    <message>
        <source>Severities to show</source>
        <translation>显示哪些严重程度</translation>
    </message>
    <message>
        <source>Errors and warnings</source>
        <translation>错误和警告</translation>
    </message>
    <message>
        <source>All severities</source>
        <translation>全部严重程度</translation>
    </message>
    <message>
        <source>Rules or families of rules to show</source>
        <translation>显示哪类规则或哪条规则</translation>
    </message>
    <message>
        <source>All rules</source>
        <translation>全部规则</translation>
    </message>
    <message>
        <source>States to show</source>
        <translation>显示哪些状态</translation>
    </message>
    <message>
        <source>All states</source>
        <translation>全部状态</translation>
    </message>
    <message>
        <source>Any part of a sentence, an id or a reason</source>
        <translation>问题说明、编号或理由中的任意文字</translation>
    </message>
    <message>
        <source>In view</source>
        <translation>视图内</translation>
    </message>
    <message>
        <source>Only what lies in the visible part of the map</source>
        <translation>只显示地图当前视图内的问题</translation>
    </message>
    <message>
        <source>How the list is arranged</source>
        <translation>列表的排列方式</translation>
    </message>
    <message>
        <source>By rule</source>
        <translation>按规则</translation>
    </message>
    <message>
        <source>One by one</source>
        <translation>逐个</translation>
    </message>
    <message>
        <source>There are no pipes to grade.</source>
        <translation>没有可评定的管段。</translation>
    </message>
    <message>
        <source>Known</source>
        <translation>已知比例</translation>
    </message>
    <message>
        <source>Checking for the report</source>
        <translation>为报告检查数据</translation>
    </message>
    <message>
        <source>Report as PDF</source>
        <translation>输出 PDF 报告</translation>
    </message>
    <message>
        <source>Copy the plot</source>
        <translation>复制图</translation>
    </message>
    <message>
        <source>PDF…</source>
        <translation>PDF…</translation>
    </message>
    <message>
        <source>Save the profile to scale, with a band of figures</source>
        <translation>按比例保存纵断面图，下附数据栏</translation>
    </message>
    <message>
        <source>DXF…</source>
        <translation>DXF…</translation>
    </message>
    <message>
        <source>Save the profile to scale for CAD, 1 unit is 1 mm</source>
        <translation>按比例保存纵断面图供 CAD 使用，1 个单位为 1 mm</translation>
    </message>
    <message>
        <source>Long profile: {name}</source>
        <translation>纵断面：{name}</translation>
    </message>
    <message>
        <source>The plot needs the Python package matplotlib, which is not installed.</source>
        <translation>绘图需要 Python 包 matplotlib，尚未安装。</translation>
    </message>
    <message>
        <source>Point at the profile to see its values; click to show the location on the map.</source>
        <translation>指向纵断面图查看数值，单击查看图上位置。</translation>
    </message>
    <message>
        <source>Save the profile</source>
        <translation>保存纵断面图</translation>
    </message>
    <message>
        <source>Writing the profile</source>
        <translation>写入纵断面图</translation>
    </message>
    <message>
        <source>at {chainage} m</source>
        <translation>里程 {chainage} m</translation>
    </message>
    <message>
        <source>ground {level}</source>
        <translation>地面 {level}</translation>
    </message>
    <message>
        <source>invert {level}</source>
        <translation>管底 {level}</translation>
    </message>
    <message>
        <source>depth {depth}</source>
        <translation>埋深 {depth}</translation>
    </message>
    <message>
        <source>crosses {pipe}, clearance {gap} m</source>
        <translation>与 {pipe} 交叉，净距 {gap} m</translation>
    </message>
    <message>
        <source>collides with {pipe} by {gap} m</source>
        <translation>与 {pipe} 相碰，重叠 {gap} m</translation>
    </message>
    <message>
        <source>{name}: {length}, no level is known</source>
        <translation>{name}：{length}，高程均不明</translation>
    </message>
    <message>
        <source>{name}: {length}, falls {change} m</source>
        <translation>{name}：{length}，下降 {change} m</translation>
    </message>
    <message>
        <source>{name}: {length}, rises {change} m</source>
        <translation>{name}：{length}，上升 {change} m</translation>
    </message>
    <message>
        <source>levels unknown on {length}</source>
        <translation>其中 {length} 高程不明</translation>
    </message>
    <message>
        <source>Source: {network}</source>
        <translation>来源：{network}</translation>
    </message>
    <message>
        <source>level unknown</source>
        <translation>高程不明</translation>
    </message>
    <message>
        <source>Chainage, m</source>
        <translation>沿线距离（m）</translation>
    </message>
    <message>
        <source>Level, m</source>
        <translation>高程（m）</translation>
    </message>
    <message>
        <source>Fix</source>
        <translation>修复</translation>
    </message>
    <message>
        <source>Accept…</source>
        <translation>确认无误…</translation>
    </message>
    <message>
        <source>Next</source>
        <comment>issue</comment>
        <translation>下一个</translation>
    </message>
    <message>
        <source>The next issue of the list (N)</source>
        <translation>列表中的下一个问题（N）</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Grades</source>
        <translation>质量等级</translation>
    </message>
    <message>
        <source>How good the data are, area by area</source>
        <translation>各区域的数据质量</translation>
    </message>
    <message>
        <source>Fix all issues of this rule…</source>
        <translation>修复该规则的全部问题…</translation>
    </message>
    <message>
        <source>Copy the explanation</source>
        <translation>复制说明</translation>
    </message>
    <message>
        <source>Choose an issue first</source>
        <translation>请先选择问题</translation>
    </message>
    <message>
        <source>There is no automatic fix; correct it on the map</source>
        <translation>不能自动修复，请在图上修改</translation>
    </message>
    <message>
        <source>It can’t be fixed automatically; the reason is above</source>
        <translation>不能自动修复，原因见上</translation>
    </message>
    <message>
        <source>Show what the fix does, then fix (F)</source>
        <translation>查看修复效果，然后修复（F）</translation>
    </message>
    <message>
        <source>Fix it as shown, in one batch that can be undone, and go on (F)</source>
        <translation>按所示修复，作为一个可撤销的批次，然后转到下一个（F）</translation>
    </message>
    <message>
        <source>Reopen</source>
        <translation>重新打开</translation>
    </message>
    <message>
        <source>Reopen it (A)</source>
        <translation>重新打开该问题（A）</translation>
    </message>
    <message>
        <source>It is right as it is: say why, and go on (A)</source>
        <translation>该处无误：说明理由，然后转到下一个（A）</translation>
    </message>
    <message>
        <source>Undo: {what}</source>
        <translation>撤回：{what}</translation>
    </message>
    <message>
        <source>Nothing has been done here yet</source>
        <translation>尚无操作</translation>
    </message>
    <message>
        <source>Reading an issue</source>
        <translation>读取问题</translation>
    </message>
    <message>
        <source>Working out a fix</source>
        <translation>计算修复结果</translation>
    </message>
    <message>
        <source>Show all to fix</source>
        <translation>显示全部待处理</translation>
    </message>
    <message>
        <source>No issue fits these filters.</source>
        <translation>没有符合筛选条件的问题。</translation>
    </message>
    <message>
        <source>Reading the issues</source>
        <translation>读取问题</translation>
    </message>
    <message>
        <source>Issues: {n} to fix, {errors}</source>
        <translation>问题：待处理 {n} 个，{errors}</translation>
    </message>
    <message>
        <source>Its layer is not in this project, so its form can’t be opened.</source>
        <translation>其图层不在本工程中，无法打开表单。</translation>
    </message>
    <message>
        <source>Grading the areas</source>
        <translation>评定各区域</translation>
    </message>
    <message>
        <source>Reading an area</source>
        <translation>读取区域</translation>
    </message>
    <message>
        <source>There are no issues in the list.</source>
        <translation>列表中没有问题。</translation>
    </message>
    <message>
        <source>This is the only issue in the list.</source>
        <translation>列表中只有这一个问题。</translation>
    </message>
    <message>
        <source>Nothing was repaired; the reasons are with each issue.</source>
        <translation>未修复任何问题，原因见各问题。</translation>
    </message>
    <message>
        <source>Fixed: {what}</source>
        <translation>已修复：{what}</translation>
    </message>
    <message>
        <source>Reopened: {what}</source>
        <translation>已重新打开：{what}</translation>
    </message>
    <message>
        <source>Accepted: {what}</source>
        <comment>a name</comment>
        <translation>已确认无误：{what}</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>未修复原因</translation>
    </message>
    <message>
        <source>Fix all: {rule}</source>
        <translation>全部修复：{rule}</translation>
    </message>
    <message>
        <source>By hand</source>
        <translation>手工处理</translation>
    </message>
    <message>
        <source>Before and after ({n})</source>
        <translation>修复前后（{n}）</translation>
    </message>
    <message>
        <source>By hand ({n})</source>
        <translation>手工处理（{n}）</translation>
    </message>
    <message>
        <source>Check all</source>
        <translation>检查全部</translation>
    </message>
    <message>
        <source>Check what changed</source>
        <translation>检查改动部分</translation>
    </message>
    <message>
        <source>Check the visible area</source>
        <translation>检查当前视图</translation>
    </message>
    <message>
        <source>List…</source>
        <translation>问题列表…</translation>
    </message>
    <message>
        <source>Report as PDF…</source>
        <translation>输出 PDF 报告…</translation>
    </message>
    <message>
        <source>Check them</source>
        <translation>检查这些</translation>
    </message>
    <message>
        <source>Shows what is wrong with the data, and fixes it.</source>
        <translation>显示数据中的错误，并可修复。</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Shows what is wrong, once there are pipes.</source>
        <translation>有管段后，显示存在的问题。</translation>
    </message>
    <message>
        <source>{n}, {errors}</source>
        <translation>{n} 个，{errors}</translation>
    </message>
    <message>
        <source>none</source>
        <comment>issues</comment>
        <translation>无</translation>
    </message>
    <message>
        <source>Errors and warnings to fix, besides {advice}. Click for the list.</source>
        <translation>待处理的错误和警告，另有{advice}。单击查看列表。</translation>
    </message>
    <message>
        <source>checked {date}</source>
        <translation>检查于 {date}</translation>
    </message>
    <message>
        <source>Check the whole network</source>
        <translation>检查整个管网</translation>
    </message>
    <message>
        <source>next: {title}, {assets}</source>
        <translation>下一个：{title}，{assets}</translation>
    </message>
    <message>
        <source>next: {title}</source>
        <translation>下一个：{title}</translation>
    </message>
    <message>
        <source>Show it on the map and explain it</source>
        <translation>在图上显示并说明</translation>
    </message>
    <message>
        <source>Many changes since the check</source>
        <translation>检查后改动较多</translation>
    </message>
    <message>
        <source>And {count} more cohorts with fewer failures.</source>
        <translation>另有 {count} 个分组，故障较少。</translation>
    </message>
    <message>
        <source>Cohort</source>
        <translation>管段分组</translation>
    </message>
    <message>
        <source>Expected failures, by cohort</source>
        <translation>各分组预期故障数</translation>
    </message>
    <message>
        <source>quality</source>
        <comment>in a file name</comment>
        <translation>数据质量</translation>
    </message>
    <message>
        <source>profile</source>
        <translation>纵断面</translation>
    </message>
    <message>
        <source>trace</source>
        <translation>追踪</translation>
    </message>
    <message>
        <source>Checked: {new} new, {fixed} fixed.</source>
        <translation>检查完成：新增 {new} 个，已修复 {fixed} 个。</translation>
    </message>
    <message>
        <source>{advice} in the list under “Info”.</source>
        <translation>另有{advice}，见列表的“提示”。</translation>
    </message>
    <message>
        <source>1 error</source>
        <translation>错误 1 个</translation>
    </message>
    <message>
        <source>{n} errors</source>
        <translation>错误 {n} 个</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>警告 1 个</translation>
    </message>
    <message>
        <source>{n} warnings</source>
        <translation>警告 {n} 个</translation>
    </message>
    <message>
        <source>1 issue</source>
        <translation>问题 1 个</translation>
    </message>
    <message>
        <source>{n} issues</source>
        <translation>问题 {n} 个</translation>
    </message>
    <message>
        <source>1 issue to fix.</source>
        <translation>待处理问题 1 个。</translation>
    </message>
    <message>
        <source>{n} issues to fix.</source>
        <translation>待处理问题 {n} 个。</translation>
    </message>
    <message>
        <source>1 piece of advice</source>
        <translation>提示 1 个</translation>
    </message>
    <message>
        <source>{n} pieces of advice</source>
        <translation>提示 {n} 个</translation>
    </message>
    <message>
        <source>and 1 more</source>
        <translation>另有 1 项</translation>
    </message>
    <message>
        <source>1 asset changed since the check</source>
        <translation>检查后有 1 个设施改动</translation>
    </message>
    <message>
        <source>{n} assets changed since the check</source>
        <translation>检查后有 {n} 个设施改动</translation>
    </message>
    <message>
        <source>1 issue can be fixed, in a batch that can be undone.</source>
        <translation>可作为可撤销的批次修复 1 个问题。</translation>
    </message>
    <message>
        <source>{n} issues can be fixed, in one batch that can be undone.</source>
        <translation>可作为一个可撤销的批次修复 {n} 个问题。</translation>
    </message>
    <message>
        <source>1 needs a person’s judgement.</source>
        <translation>1 个需人工判断。</translation>
    </message>
    <message>
        <source>{n} need a person’s judgement.</source>
        <translation>{n} 个需人工判断。</translation>
    </message>
    <message>
        <source>Page {page} of {pages}</source>
        <translation>第 {page} 页，共 {pages} 页</translation>
    </message>
    <message>
        <source>Not assessed: not in use on that day.</source>
        <translation>未评估：评估基准日不在用。</translation>
    </message>
    <message>
        <source>Not assessed: its year is unknown and it was never inspected.</source>
        <translation>未评估：敷设年代不明且从未检测。</translation>
    </message>
    <message>
        <source>date unknown</source>
        <translation>日期不明</translation>
    </message>
    <message>
        <source>inspected {when}: no structural defect</source>
        <translation>{when} 检测：无结构性缺陷</translation>
    </message>
    <message>
        <source>inspected {when}: worst defect of grade {grade}</source>
        <translation>{when} 检测：最严重缺陷 {grade} 级</translation>
    </message>
    <message>
        <source>inspected {when}: structural grade {grade}</source>
        <translation>{when} 检测：结构性等级 {grade} 级</translation>
    </message>
    <message>
        <source>never inspected</source>
        <translation>从未检测</translation>
    </message>
    <message>
        <source>{material}, {age} years old</source>
        <translation>{material}，管龄 {age} 年</translation>
    </message>
    <message>
        <source>blocked or cleaned {count} times in {years} years</source>
        <translation>{years} 年内堵塞或清疏 {count} 次</translation>
    </message>
    <message>
        <source>From {first} to {last} the plan renews {length} of mains in {count} projects for {cost}.</source>
        <translation>计划在 {first}–{last} 年更新管道 {length}，{count} 个项目，投资 {cost}。</translation>
    </message>
    <message>
        <source>Tested on the network&apos;s own past, this method found {ours} % of the later failures on 10 % of the length; oldest first found {oldest} %.</source>
        <translation>经本管网历史回测，本方法在 10% 长度上命中此后故障的 {ours}%，按管龄最长优先为 {oldest}%。</translation>
    </message>
    <message>
        <source>What is planned</source>
        <translation>计划内容</translation>
    </message>
    <message>
        <source>Records. The plan is based on {failures} failures recorded from {first} to {last}. {matched} of them could be assigned to a pipe; the others count for the network as a whole, but not against any street.</source>
        <translation>记录。计划依据 {first} 至 {last} 的 {failures} 次故障记录，其中 {matched} 次匹配到管段；其余计入全网，不计入任何道路。</translation>
    </message>
    <message>
        <source>Likelihood. The failures to expect are estimated for each pipe in steps: the mean of the network, that of pipes of similar material, age and diameter, and the pipe&apos;s own record. The less a pipe or group has shown so far, the more the larger group counts, so that one failure by chance does not put a street on the list. Length, diameter, soil and pressure adjust the estimate where they are known.</source>
        <translation>可能性。各管段的预期故障数分级估算：全网平均、同类管材、管龄和管径的平均，以及管段自身记录。管段或分组的记录越少，上一级所占权重越大，因此一条道路不会因一次偶然故障而列入。管长、管径、土壤和压力已知时再作修正。</translation>
    </message>
    <message>
        <source>Consequence. What a failure costs is expressed in money: the repair, damage around it, the interruption for the customers who lose water, and the road. Risk is the expected number of failures times the cost of one.</source>
        <translation>后果。单次故障的损失以金额计：维修、周边损失、停水用户的影响和路面。风险为预期故障数乘以单次损失。</translation>
    </message>
    <message>
        <source>Classes. The pipes with the highest risk per km, {now} % of the length, are to be renewed now; the next {next} % have priority. Pipes on the policy list that show a hazard belong to the first class whatever their rank.</source>
        <translation>健康等级。单位长度风险最高的 {now}% 长度列为立即改造，其后 {next}% 列为重点改造。政策清单中存在隐患的管段，不论排序均列为立即改造。</translation>
    </message>
    <message>
        <source>Projects. Pipes of these classes in one street become one project of at most {most} m; sound stretches of up to {gap} m between them are included, since the street is open anyway. The cost follows from diameter, new material, method and road, and {start} {currency} for setting up each site.</source>
        <translation>项目。同一道路上属于上述等级的管段组成一个项目，长度不超过 {most} m；其间不超过 {gap} m 的完好管段一并改造，因路面本就需要开挖。投资由管径、新管材、工法和道路等级计算，每个项目另计进场费 {start} {currency}。</translation>
    </message>
    <message>
        <source>Budget. The {budget} {currency} of each year go to the projects that avoid most cost for the money. With these budgets, no selection can be better by more than {gap} %. No year exceeds its budget, and nothing is carried over. A street is not dug up in the {ban} years after road works; in the year of road works a project costs {discount} % less.</source>
        <translation>预算。每年 {budget} {currency}用于单位投资避免损失最多的项目。在此预算下，任何方案最多只能再优 {gap}%。各年均不超预算，结余不结转。道路工程后 {ban} 年内不再开挖；与道路工程同年实施的项目造价节约 {discount}%。</translation>
    </message>
    <message>
        <source>Limits. Where nothing was recorded, a pipe is rated like similar pipes. Damage by third parties is random. Forecasts for the very worst pipes tend to be too high. Therefore the method of choosing is tested on past data below, and the plan is made again each year.</source>
        <translation>局限。没有记录的管段采用同类管段的数据。第三方损坏属偶然。对最差管段的预测往往偏高。因此下文用历史数据检验选择方法，并每年重新编制计划。</translation>
    </message>
    <message>
        <source>How streets are chosen</source>
        <translation>道路如何选定</translation>
    </message>
    <message>
        <source>Tested on the network&apos;s own past</source>
        <translation>本管网历史回测</translation>
    </message>
    <message>
        <source>Nothing could be tested, so how well streets are chosen here has not been shown.</source>
        <translation>未能完成任何检验，本方法在此的效果未经证实。</translation>
    </message>
    <message>
        <source>On {count} earlier dates the pipes were ranked by what was known at the time. Then the failures of the following {years} years were counted: how many of them were on the first 5, 10 and 20 % of the length? Mean of these dates, in %, and how much the dates differ.</source>
        <translation>在以往 {count} 个日期，按当日已知数据给管段排序，再统计其后 {years} 年的故障有多少落在前 5%、10% 和 20% 的长度上。表中为各日期的平均值（%）及其范围。</translation>
    </message>
    <message>
        <source>Only years after each date are counted, never a random part of the pipes: such figures look better than real forecasts.</source>
        <translation>只统计各日期之后的年份，不随机抽取管段检验：随机抽取的结果比实际好。</translation>
    </message>
    <message>
        <source>Did as many pipes fail as forecast?</source>
        <translation>实际故障数是否与预测相符？</translation>
    </message>
    <message>
        <source>own value; default: {value}</source>
        <translation>自定值；默认值 {value}</translation>
    </message>
    <message>
        <source>Certainty</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>Settings in force: health</source>
        <translation>现行参数：健康评估</translation>
    </message>
    <message>
        <source>Settings in force: renewal</source>
        <translation>现行参数：改造计划</translation>
    </message>
    <message>
        <source>Renewal plan: method and validation</source>
        <translation>改造计划：方法与验证说明</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>取消假设</translation>
    </message>
    <message>
        <source>Assess the condition of drains</source>
        <translation>排水管道状况评估</translation>
    </message>
    <message>
        <source>Estimates for every drain how likely it is to be in bad structural condition, now and in some years, from its inspections (grades as given), the inspections of its material, and published service lives; how often it is blocked; and which class it belongs to. Nothing in the network changes: the assessments kept are those of supply pipes.</source>
        <translation>根据检测结果（采用所给等级）、同管材的检测结果和文献寿命，逐条给出排水管段现在和若干年后处于不良结构状况的概率、堵塞次数和健康等级。不改动管网：保留的评估只针对供水管段。</translation>
    </message>
    <message>
        <source>Date of the assessment, YYYY-MM-DD; later records are ignored. Empty: today.</source>
        <translation>评估基准日，格式 YYYY-MM-DD，其后的记录不计。留空为当天。</translation>
    </message>
    <message>
        <source>Number of years ahead that the likelihood covers.</source>
        <translation>概率所涵盖的年数。</translation>
    </message>
    <message>
        <source>Condition of drains</source>
        <translation>排水管道状况</translation>
    </message>
    <message>
        <source>Every drain with grades, likelihood, blockages, class, evidence and reasons.</source>
        <translation>各排水管段的等级、概率、堵塞次数、健康等级、依据和原因。</translation>
    </message>
    <message>
        <source>Classes, inspections compared with service lives, what was left out; figures in a .json file next to it.</source>
        <translation>健康等级、检测结果与寿命的对比、未采用的内容；同名 .json 含全部数值。</translation>
    </message>
    <message>
        <source>Drains</source>
        <translation>排水管段</translation>
    </message>
    <message>
        <source>Drains assessed</source>
        <translation>已评估排水管段</translation>
    </message>
    <message>
        <source>Drains inspected</source>
        <translation>已检测排水管段</translation>
    </message>
    <message>
        <source>Reading drains and inspections</source>
        <translation>读取排水管段和检测</translation>
    </message>
    <message>
        <source>No drain that was in use on {as_of} could be assessed.</source>
        <translation>{as_of} 在用的排水管段均无法评估。</translation>
    </message>
    <message>
        <source>{now} of {total} of drains to renew now and {next} of priority, as of {as_of}.</source>
        <translation>截至 {as_of}，{total} 排水管中有 {now} 须立即改造，{next} 须重点改造。</translation>
    </message>
    <message>
        <source>{inspected} were inspected; {bad} are probably in bad condition, {ahead} in {years} years.</source>
        <translation>已检测 {inspected}；处于不良状况的估计有 {bad}，{years} 年后为 {ahead}。</translation>
    </message>
    <message>
        <source>No inspections were found: likelihoods are based on published service lives alone. Adopt inspections and their defects to improve this.</source>
        <translation>没有检测记录，概率仅取自文献寿命。将检测及其缺陷入库可以弥补。</translation>
    </message>
    <message>
        <source>Inspections by a standard without a known scale, not used: {count}.</source>
        <translation>所依标准在此没有分级、未采用的检测：{count} 次。</translation>
    </message>
    <message>
        <source>Inspections after the assessment date, not used: {count}.</source>
        <translation>晚于评估基准日、未采用的检测：{count} 次。</translation>
    </message>
    <message>
        <source>Inspections not linked to a drain: {count}.</source>
        <translation>未对应排水管段的检测：{count} 次。</translation>
    </message>
    <message>
        <source>Renew now: the worst structural grade of its standard. Priority: a bad grade, or a likelihood at or above the set limit. Monitor: the rest above the mean likelihood.</source>
        <translation>立即改造：结构性等级为其标准的最差等级。重点改造：等级不良，或概率达到设定限值。动态监测：其余概率高于平均的管段。</translation>
    </message>
    <message>
        <source>Inspections compared with published service lives</source>
        <translation>检测结果与文献寿命对比</translation>
    </message>
    <message>
        <source>Bad drains among those inspected, and how many would be expected from their material and age. Inspections can be wrong: errors both ways are taken out before rates are corrected.</source>
        <translation>已检测管段中的不良数，以及按管材和管龄的预期数。检测有漏判和误判，修正两类误差后再调整比率。</translation>
    </message>
    <message>
        <source>Inspected</source>
        <translation>已检测</translation>
    </message>
    <message>
        <source>Bad</source>
        <translation>不良</translation>
    </message>
    <message>
        <source>Expected bad</source>
        <translation>预期不良</translation>
    </message>
    <message>
        <source>Factor</source>
        <translation>系数</translation>
    </message>
    <message>
        <source>own inspection</source>
        <translation>自身检测</translation>
    </message>
    <message>
        <source>inspections of its material here</source>
        <translation>本地同管材检测</translation>
    </message>
    <message>
        <source>published service lives only</source>
        <translation>仅有文献寿命</translation>
    </message>
    <message>
        <source>Blockages and cleanings on record: {count} in {years} years.</source>
        <translation>{years} 年内堵塞和清疏记录：{count} 次。</translation>
    </message>
    <message>
        <source>What this is based on</source>
        <translation>评估依据</translation>
    </message>
    <message>
        <source>Grades are as given; where there is none, the grade of the worst defect is used. Scales of different standards are never mixed. One inspection recognises about 80 of 100 bad drains.</source>
        <translation>等级采用检测所给；未给的取最严重缺陷的等级。不同标准的分级不混用。一次检测约可识别 100 条不良管道中的 80 条。</translation>
    </message>
    <message>
        <source>Drain condition assessment</source>
        <translation>排水管道状况评估报告</translation>
    </message>
    <message>
        <source>its material does worse here than other drains</source>
        <translation>该管材在此差于其他排水管</translation>
    </message>
    <message>
        <source>its material does better here than other drains</source>
        <translation>该管材在此好于其他排水管</translation>
    </message>
    <message>
        <source>moved less than 1 mm</source>
        <translation>移动小于 1 mm</translation>
    </message>
    <message>
        <source>dropped</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>not in {years}</source>
        <translation>不在 {years} 年</translation>
    </message>
    <message>
        <source>locked to {year}</source>
        <translation>锁定在 {year} 年</translation>
    </message>
    <message>
        <source>Move to…</source>
        <translation>移到…</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>锁定</translation>
    </message>
    <message>
        <source>Drop</source>
        <translation>取消项目</translation>
    </message>
    <message>
        <source>Build the selected packages in another year; dragging them does the same</source>
        <translation>将所选项目改到其他年份实施；也可直接拖动</translation>
    </message>
    <message>
        <source>Lock the selected packages in their year, or release them</source>
        <translation>将所选项目固定在当前年份，或解除固定</translation>
    </message>
    <message>
        <source>Remove the selected packages from the plan</source>
        <translation>从计划中取消所选项目</translation>
    </message>
    <message>
        <source>Undo the last decision</source>
        <translation>撤回上一决定</translation>
    </message>
    <message>
        <source>Plan the rest again</source>
        <translation>重新编制其余项目</translation>
    </message>
    <message>
        <source>Not in</source>
        <translation>不在此年</translation>
    </message>
    <message numerus="yes">
        <source>%n decision(s) to plan around</source>
        <translation>
            <numerusform>有 %n 项决定待重新编制</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Planned again around %n decision(s): {cost}.</source>
        <translation>
            <numerusform>已按 %n 项决定重新编制：{cost}。</numerusform>
        </translation>
    </message>
    <message>
        <source>The previous plan is back.</source>
        <translation>已恢复原计划。</translation>
    </message>
    <message>
        <source>Drag packages to another year. Alt with up or down does the same, Delete drops, L locks.</source>
        <translation>拖动项目可改年份；也可按 Alt+上下键。Delete 取消项目，L 锁定。</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s)</source>
        <translation>
            <numerusform>%n 个项目</numerusform>
        </translation>
    </message>
    <message>
        <source>{cost} of {budget}</source>
        <translation>{cost} / 预算 {budget}</translation>
    </message>
    <message>
        <source>{money} over budget</source>
        <translation>超出 {money}</translation>
    </message>
    <message>
        <source>{length} of the length had {failures} of the later failures</source>
        <translation>{length} 的长度命中此后故障的 {failures}</translation>
    </message>
    <message>
        <source>Nothing could be tested: too few failures</source>
        <translation>故障太少，未能完成检验</translation>
    </message>
    <message>
        <source>Source: {network}, {count} days tested, {years} years each; {date}</source>
        <translation>来源：{network}，{count} 个截止日，各检验 {years} 年；{date}</translation>
    </message>
    <message>
        <source>Share of the length</source>
        <translation>占总长</translation>
    </message>
    <message>
        <source>Source: {network}, scenarios; {date}</source>
        <translation>来源：{network}，改造方案比较；{date}</translation>
    </message>
    <message>
        <source>{budget} per year avoid about {failures} failures in {years} years</source>
        <translation>每年 {budget}，{years} 年约避免故障 {failures} 次</translation>
    </message>
    <message>
        <source>Annual budget, {unit}</source>
        <translation>年度预算（{unit}）</translation>
    </message>
    <message>
        <source>Failures avoided</source>
        <translation>避免故障数</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>At most</source>
        <translation>上限</translation>
    </message>
    <message>
        <source>Without renewal {nothing} failures are expected in {year}, with it {best}</source>
        <translation>{year} 年预计故障：不改造 {nothing} 次，改造 {best} 次</translation>
    </message>
    <message>
        <source>Smallest DN left ({lost} is shut off)</source>
        <translation>剩余最小管径（停用 {lost}）</translation>
    </message>
    <message>
        <source>feeds {n} customers</source>
        <translation>恢复 {n} 个用户</translation>
    </message>
    <message>
        <source>Test on past data</source>
        <translation>历史检验</translation>
    </message>
    <message>
        <source>Go back to earlier dates, choose as the plan does, and count the failures that followed</source>
        <translation>回到以前的日期，按计划的方法选择，再统计此后的故障</translation>
    </message>
    <message>
        <source>Save the list of projects</source>
        <translation>保存改造项目清单</translation>
    </message>
    <message>
        <source>projects</source>
        <translation>改造项目</translation>
    </message>
    <message>
        <source>Save the sheets of the projects</source>
        <translation>保存项目图册</translation>
    </message>
    <message>
        <source>sheets</source>
        <translation>项目图册</translation>
    </message>
    <message>
        <source>Writes a paper of the network as PDF, Word document, workbook or HTML page: the book of a compound in six parts, the file of a zone, the monthly report or the ledger of a programme, the statistics of the yearbook, or the network on one page. What is not recorded is named as missing and never made up. A .json of the same name holds the figures.</source>
        <translation>把管网的报表写成 PDF、Word 文档、工作簿或 HTML 页面：六部分的一户一册、分区的一区一档、专项任务的月报或台账、年鉴用的管网统计，或一页的管网概览。没有记录的内容列为缺项，绝不编造。同名的 .json 文件存放各项数字。</translation>
    </message>
    <message>
        <source>What the paper is about: ids of compounds or zones, or codes of programmes, separated by semicolons; empty: all.</source>
        <translation>报表的对象：小区或分区的编号，或专项任务的代码，用分号隔开；留空为全部。</translation>
    </message>
    <message>
        <source>{kind}: {length} of pipes in use inside, {pipes} pipes, {failures} failures on record.</source>
        <translation>{kind}：区内在用管段 {length}，{pipes} 段；有记录的故障 {failures} 起。</translation>
    </message>
    <message>
        <source>Lengths are those inside the boundary.</source>
        <translation>长度为边界以内的长度。</translation>
    </message>
    <message>
        <source>The zone has no boundary on the map.</source>
        <translation>该分区在图上没有边界。</translation>
    </message>
    <message>
        <source>File of {zone}</source>
        <translation>一区一档：{zone}</translation>
    </message>
    <message>
        <source>No failures are recorded inside.</source>
        <translation>区内没有故障记录。</translation>
    </message>
    <message>
        <source>Classes of health</source>
        <translation>健康等级</translation>
    </message>
    <message>
        <source>No assessment of the pipes is stored.</source>
        <translation>没有已保存的管段评估。</translation>
    </message>
    <message>
        <source>Assessment of {day}.</source>
        <translation>{day} 的评估。</translation>
    </message>
    <message>
        <source>Planned renewal</source>
        <translation>更新改造计划</translation>
    </message>
    <message>
        <source>No project of the plan has pipes inside.</source>
        <translation>计划中没有涉及区内管段的项目。</translation>
    </message>
    <message>
        <source>not funded</source>
        <translation>未安排资金</translation>
    </message>
    <message>
        <source>Lengths and costs are those of whole projects.</source>
        <translation>长度和费用按整个项目计。</translation>
    </message>
    <message>
        <source>Leakage</source>
        <translation>漏损</translation>
    </message>
    <message>
        <source>Supplied, m³</source>
        <translation>供水量（m³）</translation>
    </message>
    <message>
        <source>Loss rate, %</source>
        <translation>漏损率（%）</translation>
    </message>
    <message>
        <source>leakage at night</source>
        <translation>夜间漏失量</translation>
    </message>
    <message>
        <source>Leakage at night</source>
        <translation>夜间漏失</translation>
    </message>
    <message>
        <source>Night of {day}: {leak} m³/h of leakage.</source>
        <translation>{day} 夜间漏失量 {leak} m³/h。</translation>
    </message>
    <message>
        <source>Neither balances nor night flows are stored.</source>
        <translation>没有已保存的水量平衡或夜间流量。</translation>
    </message>
    <message>
        <source>Zones of several kinds lie one on the other: their lengths have no sum.</source>
        <translation>不同类型的分区相互重叠，长度不作合计。</translation>
    </message>
    <message>
        <source>The zones</source>
        <translation>分区一览</translation>
    </message>
    <message numerus="yes">
        <source>Files of %n zone(s)</source>
        <translation>
            <numerusform>%n 个分区的一区一档</numerusform>
        </translation>
    </message>
    <message>
        <source>The zones with their pipes in use, and a file of each.</source>
        <translation>各分区的在用管段及一区一档。</translation>
    </message>
    <message>
        <source>The network at a glance</source>
        <translation>管网概览</translation>
    </message>
    <message>
        <source>Streets with the most failures, {years}</source>
        <translation>故障最多的道路，{years}</translation>
    </message>
    <message>
        <source>No failures of these years name a street.</source>
        <translation>这些年份的故障没有登记道路。</translation>
    </message>
    <message>
        <source>Losses of metered areas</source>
        <translation>计量分区漏损</translation>
    </message>
    <message>
        <source>Leakage at night, m³/h</source>
        <translation>夜间漏失量（m³/h）</translation>
    </message>
    <message>
        <source>due on the {day}th: {month} is missing</source>
        <translation>每月 {day} 日上报：缺 {month}</translation>
    </message>
    <message>
        <source>not made yet</source>
        <translation>尚未生成</translation>
    </message>
    <message>
        <source>Needs</source>
        <translation>所需数据</translation>
    </message>
    <message>
        <source>Last made</source>
        <translation>上次生成</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Missing: {table}. Draw them or bring them in with the wizard.</source>
        <translation>缺少：{table}。请先绘制，或用向导导入。</translation>
    </message>
    <message>
        <source>{name} is written.</source>
        <translation>已写出 {name}。</translation>
    </message>
    <message numerus="yes">
        <source>%n subject(s) without a paper.</source>
        <translation>
            <numerusform>%n 个对象未能生成报表。</numerusform>
        </translation>
    </message>
    <message>
        <source>{table}: {count}</source>
        <translation>{table}：{count}</translation>
    </message>
    <message>
        <source>Area file</source>
        <translation>一区一档</translation>
    </message>
    <message>
        <source>Monthly report of a programme</source>
        <translation>专项任务月报</translation>
    </message>
    <message>
        <source>Ledger of a programme</source>
        <translation>专项任务台账</translation>
    </message>
    <message>
        <source>Papers…</source>
        <translation>管理报表…</translation>
    </message>
    <message>
        <source>Save the statement</source>
        <translation>保存方法说明</translation>
    </message>
    <message>
        <source>statement</source>
        <translation>方法说明</translation>
    </message>
    <message>
        <source>{name} was written.</source>
        <translation>{name} 已写入。</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>verb</comment>
        <translation>打开</translation>
    </message>
    <message>
        <source>Length, km</source>
        <translation>长度（km）</translation>
    </message>
    <message>
        <source>Risk removed per year, {unit}</source>
        <translation>每年消除风险（{unit}）</translation>
    </message>
    <message>
        <source>Annual budgets to compare, separated by semicolons</source>
        <translation>要比较的年度预算，以分号分隔</translation>
    </message>
    <message>
        <source>All strategies</source>
        <translation>全部策略</translation>
    </message>
    <message>
        <source>Compare</source>
        <comment>scenarios</comment>
        <translation>比较</translation>
    </message>
    <message>
        <source>Shows what other budgets and simpler rules would bring, and what doing nothing means.</source>
        <translation>显示其他预算和简单策略的效果，以及不改造的后果。</translation>
    </message>
    <message>
        <source>Give budgets as numbers greater than 0, such as 3000000; 5000000.</source>
        <translation>预算应为大于 0 的数值，如 3000000; 5000000。</translation>
    </message>
    <message>
        <source>Forecasts are scaled by a test on the network&apos;s own past.</source>
        <translation>预测值按本管网历史检验的结果修正。</translation>
    </message>
    <message>
        <source>Too few failures to test forecasts on past data; those of the worst pipes may be too high.</source>
        <translation>故障太少，无法用历史检验预测；对最差管段的预测可能偏高。</translation>
    </message>
    <message>
        <source>Compare scenarios…</source>
        <translation>改造方案比较…</translation>
    </message>
    <message>
        <source>List of projects (XLSX)…</source>
        <translation>改造项目清单（XLSX）…</translation>
    </message>
    <message>
        <source>Sheets of the projects (PDF)…</source>
        <translation>项目图册（PDF）…</translation>
    </message>
    <message>
        <source>Statement of method and validation (PDF)…</source>
        <translation>方法与验证说明（PDF）…</translation>
    </message>
    <message numerus="yes">
        <source>%n open</source>
        <comment>decisions</comment>
        <translation>
            <numerusform>%n 项待重编</numerusform>
        </translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>历史检验</translation>
    </message>
    <message>
        <source>Budget curve</source>
        <translation>预算曲线</translation>
    </message>
    <message>
        <source>By year</source>
        <translation>逐年</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>是（true）或否（false）</translation>
    </message>
    <message>
        <source>Dry weather</source>
        <translation>旱天</translation>
    </message>
    <message>
        <source>{service}: key missing</source>
        <translation>{service}：未填密钥</translation>
    </message>
    <message>
        <source>That is not a time of day in EPANET.</source>
        <translation>EPANET 不认识这个时间。</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) of the file left out because EPANET can't use them, such as “{text}” in [{section}].</source>
        <translation>
            <numerusform>EPANET 无法使用文件中的 %n 行，已略去，例如 [{section}] 中的“{text}”。</numerusform>
        </translation>
    </message>
    <message>
        <source>no riskier than pipes of a lower class: only the order of ids tells them apart</source>
        <translation>风险不高于下一等级的管段，仅按编号顺序区分</translation>
    </message>
    <message>
        <source>So few failures are on record that the level of all figures is itself uncertain: its standard deviation is {level} %.</source>
        <translation>故障记录太少，各项数值的总体水平本身就不确定：标准差为 {level}%。</translation>
    </message>
    <message>
        <source>Of the rules about the whole network, only these ran: {rules}.</source>
        <translation>需查看全网的规则中，本次只运行了：{rules}。</translation>
    </message>
    <message numerus="yes">
        <source>%n end(s) have another node in reach; each was joined to the nearest. Check the result.</source>
        <translation>
            <numerusform>%n 个端点在范围内另有节点，已接到最近的一个，请逐一核对。</numerusform>
        </translation>
    </message>
    <message>
        <source>Joined to the nearest of several</source>
        <translation>有多个可接节点，已接到最近者</translation>
    </message>
    <message>
        <source>{service} needs your own key; without it the map stays empty. The key is free of charge.</source>
        <translation>{service}需要自己的密钥，未填则底图为空。密钥免费申请。</translation>
    </message>
    <message>
        <source>{names} add up to {total} %, not 100 %.</source>
        <translation>{names}合计为 {total}%，应为 100%。</translation>
    </message>
    <message>
        <source>Likelihood x consequence {low} to {high}</source>
        <translation>可能性 × 后果 {low}–{high}</translation>
    </message>
    <message>
        <source>Health: classes and weights</source>
        <translation>健康评估：等级与权重</translation>
    </message>
    <message>
        <source>Weights of likelihood</source>
        <translation>可能性权重</translation>
    </message>
    <message>
        <source>Weights of consequence</source>
        <translation>后果权重</translation>
    </message>
    <message>
        <source>Likelihood (up) and consequence (right), km</source>
        <translation>可能性（向上）与后果（向右），km</translation>
    </message>
    <message>
        <source>Map: classes</source>
        <translation>地图：健康等级</translation>
    </message>
    <message>
        <source>Map: likelihood x consequence</source>
        <translation>地图：可能性 × 后果</translation>
    </message>
    <message>
        <source>Classes are based on money and shares; weights change the matrix only.</source>
        <translation>等级由金额和长度比例确定，权重只影响矩阵。</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Return to the recorded classes</source>
        <translation>恢复已记录的等级</translation>
    </message>
    <message>
        <source>Apply</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Saves these values as thresholds of the network and assesses again</source>
        <translation>将这些值存为本管网的阈值，并重新评估</translation>
    </message>
    <message>
        <source>There is no assessment yet. Assess health first.</source>
        <translation>尚无健康评估，请先评估。</translation>
    </message>
    <message>
        <source>Reclassifying</source>
        <translation>正在重新分级</translation>
    </message>
    <message>
        <source>Preview from assessment {run}; nothing is recorded.</source>
        <translation>按评估 {run} 预览，未作记录。</translation>
    </message>
    <message>
        <source>As recorded in assessment {run}.</source>
        <translation>与评估 {run} 一致。</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) have kept their bands, which had a different basis.</source>
        <translation>
            <numerusform>%n 条管段的分级依据不同，保留原分级。</numerusform>
        </translation>
    </message>
    <message>
        <source>{first} {then}</source>
        <translation>{first}{then}</translation>
    </message>
    <message>
        <source>Saving the thresholds</source>
        <translation>正在保存阈值</translation>
    </message>
    <message>
        <source>{titles}: still in progress in this project. Wait or cancel, then open the other project.</source>
        <translation>{titles}：本工程中仍在进行。请等待或取消，再打开另一个。</translation>
    </message>
    <message>
        <source>Classes and weights…</source>
        <translation>等级与权重…</translation>
    </message>
    <message>
        <source>The rows were written to {path}. Close the open project, then open that network.</source>
        <translation>各行已写入 {path}。请关闭当前工程，再打开该管网。</translation>
    </message>
    <message>
        <source>{as_of} is in the future: there are no records up to that date.</source>
        <translation>{as_of} 晚于今天，其间尚无记录。</translation>
    </message>
    <message>
        <source>no failure of its own since {since}: pipes like it failed, others got better, or its age put it on the policy list</source>
        <translation>{since} 以来自身无故障：同类管段有故障、其他管段好转，或因管龄列入政策清单</translation>
    </message>
    <message numerus="yes">
        <source>%n of them no longer needed a change.</source>
        <translation>
            <numerusform>其中 %n 项已无需修改。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) got worse</source>
        <translation>
            <numerusform>%n 条管段变差</numerusform>
        </translation>
    </message>
    <message>
        <source>Somebody changed the same rows in the meantime: computing again with what is there now.</source>
        <translation>同一批记录刚被他人修改，正按最新数据重新计算。</translation>
    </message>
    <message>
        <source>No water supply pipe was in use on {as_of}: there is nothing to assess.</source>
        <translation>{as_of} 没有在用的供水管道，无可评估。</translation>
    </message>
    <message>
        <source>The network has no drains in use: there is nothing to assess.</source>
        <translation>管网中没有在用的排水管道，无可评估。</translation>
    </message>
    <message>
        <source>CUTOFF: there are no records after {cutoff} to test with. Give earlier days.</source>
        <translation>CUTOFF：{cutoff} 之后没有可供检验的记录。请改用更早的日期。</translation>
    </message>
    <message>
        <source>Compact network</source>
        <translation>压缩管网文件</translation>
    </message>
    <message>
        <source>Makes the file of a network smaller by the space that deleted rows left behind. All rows, the change log and the batches are kept, so everything can still be undone. No other program may have the network open at the same time; for a moment, as much free space as the network takes up is needed.</source>
        <translation>收回已删除记录留下的空间，减小管网文件。全部记录、变更日志和批次保留，仍可撤销。压缩时其他程序不得打开该管网；压缩过程中磁盘需临时留有与管网文件同样大小的空间。</translation>
    </message>
    <message>
        <source>Size before (bytes)</source>
        <translation>压缩前大小（字节）</translation>
    </message>
    <message>
        <source>Size after (bytes)</source>
        <translation>压缩后大小（字节）</translation>
    </message>
    <message>
        <source>{name}: {before} MB before, {after} MB now.</source>
        <translation>{name}：压缩前 {before} MB，现为 {after} MB。</translation>
    </message>
    <message>
        <source>A new or empty folder; empty: the next numbered folder under Documents/WaterNet, or under WaterNet in your home folder if a program copies Documents to a cloud.</source>
        <translation>新建或空的文件夹；留空则取“文档/WaterNet”下的下一个编号文件夹；“文档”由网盘同步时，取用户文件夹下的 WaterNet。</translation>
    </message>
    <message>
        <source>The network has no failures to match. Adopt failures first.</source>
        <translation>管网中没有可匹配的故障记录。请先导入故障记录。</translation>
    </message>
    <message>
        <source>All failures are matched as before: nothing was written to the network.</source>
        <translation>所有故障的匹配结果与之前相同，未写入管网。</translation>
    </message>
    <message>
        <source>Time limit of the search (s)</source>
        <translation>优化搜索时间上限（s）</translation>
    </message>
    <message>
        <source>Seconds to search for a better plan, for up to 3,000 packages; 0: take the first one.</source>
        <translation>寻找更优方案的秒数，最多 3000 个项目；0：直接采用初始方案。</translation>
    </message>
    <message>
        <source>Copies a backup to a new network file, after checking that it is complete; or, in place, returns the network to the state of the backup. The current state is backed up first, so that this can be undone in the same way. Nobody else may have the network open.</source>
        <translation>检查备份完整后，将其复制为新的管网文件；也可原位恢复，即把管网恢复到备份时的内容。原位恢复前先备份现有内容，可用同样方法退回。恢复时其他程序不得打开该管网。</translation>
    </message>
    <message>
        <source>Restore in place</source>
        <translation>原位恢复</translation>
    </message>
    <message>
        <source>Return the network itself to the state of the backup; OUTPUT then stays empty.</source>
        <translation>把管网本身恢复为备份内容，此时不填 OUTPUT。</translation>
    </message>
    <message>
        <source>A new file ending in .gpkg; NETWORK is not needed then.</source>
        <translation>新文件，以 .gpkg 结尾，此时无需 NETWORK。</translation>
    </message>
    <message>
        <source>Backup of the previous state</source>
        <translation>原内容的备份</translation>
    </message>
    <message>
        <source>Give either OUTPUT, a new file, or IN_PLACE, to replace the network by the backup.</source>
        <translation>请指定 OUTPUT（新文件）或 IN_PLACE（原位恢复）其中一项。</translation>
    </message>
    <message>
        <source>{backup} is not a backup of {network}, but of another network.</source>
        <translation>{backup} 不是 {network} 的备份，而是另一管网的备份。</translation>
    </message>
    <message>
        <source>{network} is now in the state of {backup}; its previous state is kept in {kept}.</source>
        <translation>{network} 已恢复为 {backup} 的内容，原内容备份在 {kept}。</translation>
    </message>
    <message>
        <source>Leave rows that were changed later</source>
        <translation>保留后来有改动的记录</translation>
    </message>
    <message>
        <source>Undo the rest of the batch; the rows that were changed later stay as they are and are listed. Otherwise such rows stop the undo.</source>
        <translation>撤销批次的其余记录；后来有改动的记录保持不变并列出。不勾选时，遇到此类记录即停止撤销。</translation>
    </message>
    <message>
        <source>Rows left unchanged</source>
        <translation>未撤销的行数</translation>
    </message>
    <message numerus="yes">
        <source>Not undone, because changed later: %n row(s)</source>
        <translation>
            <numerusform>后来有改动、未撤销：%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}: “{text}” is not a valid date. Write it as YYYY-MM-DD, for example 2025-12-31.</source>
        <translation>{name}：“{text}”不是有效日期。请写成 YYYY-MM-DD，例如 2025-12-31。</translation>
    </message>
    <message>
        <source>{name}: {text} is out of range. Give a date from {first} to {last}.</source>
        <translation>{name}：{text} 超出范围。日期应在 {first} 至 {last} 之间。</translation>
    </message>
    <message>
        <source>The name “{name}…” is too long for a file. Choose a shorter one.</source>
        <translation>名称“{name}…”过长，不能用作文件名。请改用较短的名称。</translation>
    </message>
    <message>
        <source>There is no pipe to plan for: assessment {run} has none for renewal that is not in a project already decided. Assess again, or release projects.</source>
        <translation>没有可列入计划的管道：评估 {run} 中需要改造的管道均已在已定项目中，或没有需要改造的管道。请重新评估，或解除部分项目。</translation>
    </message>
    <message>
        <source>The table {table} of {path} can&apos;t be shown.</source>
        <translation>{path} 的表 {table} 无法显示。</translation>
    </message>
    <message>
        <source>The sample town can&apos;t be copied to {folder}: {reason}. Choose another folder.</source>
        <translation>示例城镇无法复制到 {folder}：{reason}。请另选文件夹。</translation>
    </message>
    <message>
        <source>The mapping can&apos;t be read: {reason}. Correct it and run again.</source>
        <translation>字段对照无法读取：{reason}。请改正后重新运行。</translation>
    </message>
    <message>
        <source>The id has more than {most} characters. Map another column as the id.</source>
        <translation>编号超过 {most} 个字符。请改用其他列作为编号。</translation>
    </message>
    <message>
        <source>the brackets are nested too deep</source>
        <translation>括号嵌套过深</translation>
    </message>
    <message>
        <source>{pipe} has no line to measure.</source>
        <translation>{pipe} 没有可量算的图形。</translation>
    </message>
    <message>
        <source>TIME_LIMIT must be a number of seconds; 0 takes the first plan without looking for a better one.</source>
        <translation>TIME_LIMIT 应为秒数；填 0 时直接采用初始方案，不再优化。</translation>
    </message>
    <message>
        <source>an id that is too long</source>
        <translation>编号过长</translation>
    </message>
    <message>
        <source>No row can be adopted: {reasons}. Nothing was written; a dry run lists every row.</source>
        <translation>没有可入库的行：{reasons}。未写入任何内容；试运行可列出每一行。</translation>
    </message>
    <message>
        <source>Pipes without a length, which are not rated: {count}. “Check network” finds them, “Repair network” measures them.</source>
        <translation>管长缺失、未参与评估的管段：{count} 条。可用“管网数据检查”查出，用“管网数据修复”按图形量算。</translation>
    </message>
    <message>
        <source>Python packages were installed after QGIS started: {names}. Restart QGIS.</source>
        <translation>QGIS 启动后安装了 Python 包：{names}。请重启 QGIS。</translation>
    </message>
    <message>
        <source>Python packages are missing, too old, too new or do not work here: {names}. Type: {command}</source>
        <translation>Python 包缺少、版本过低或过高，或在此无法使用：{names}。请运行：{command}</translation>
    </message>
    <message>
        <source>before upgrading to version {version}</source>
        <translation>升级到版本 {version} 之前</translation>
    </message>
    <message>
        <source>before {batch}, {what}</source>
        <translation>{batch} 之前，{what}</translation>
    </message>
    <message>
        <source>Backups of {name}</source>
        <translation>{name} 的备份</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>备份时机</translation>
    </message>
    <message>
        <source>Restore</source>
        <comment>a backup</comment>
        <translation>恢复</translation>
    </message>
    <message>
        <source>There is no backup yet. One is made before each adoption, or with “Back up now”.</source>
        <translation>还没有备份。每次数据入库前自动备份，也可用“立即备份”。</translation>
    </message>
    <message>
        <source>Return {name} to its state of {moment}?</source>
        <translation>把 {name} 恢复到 {moment} 的内容？</translation>
    </message>
    <message>
        <source>Restore a backup</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>The current state is saved as a backup first, so this can be undone in the same way.</source>
        <translation>现有内容会先备份，可用同样方法退回。</translation>
    </message>
    <message>
        <source>There are unsaved edits. Save or discard them, then restore.</source>
        <translation>有未保存的编辑。请先保存或放弃，再恢复。</translation>
    </message>
    <message>
        <source>The network is back in its state of {moment}. Its previous state is the newest backup.</source>
        <translation>管网已恢复到 {moment} 的内容，原内容为最新一份备份。</translation>
    </message>
    <message>
        <source>Geometry</source>
        <translation>几何</translation>
    </message>
    <message>
        <source>Changed by somebody else in the meantime</source>
        <translation>期间已被他人修改</translation>
    </message>
    <message>
        <source>What changed</source>
        <translation>改动内容</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The row has no location on the map, or was deleted or renamed.</source>
        <translation>该记录没有空间位置，或已被删除、改号。</translation>
    </message>
    <message>
        <source>Python packages are missing or do not work: until then only the map can be used.</source>
        <translation>Python 包缺少或无法使用：地图可用，统计和算法待软件包可用后恢复。</translation>
    </message>
    <message>
        <source>Size of the network…</source>
        <translation>管网文件大小…</translation>
    </message>
    <message>
        <source>Size of {name}</source>
        <translation>{name} 的大小</translation>
    </message>
    <message>
        <source>Compact</source>
        <translation>压缩</translation>
    </message>
    <message>
        <source>Give the free space back to the disk; everything can still be undone</source>
        <translation>将空闲空间归还磁盘；所有批次仍可撤销</translation>
    </message>
    <message>
        <source>Folder of the backups</source>
        <translation>备份文件夹</translation>
    </message>
    <message>
        <source>Measuring the size of the network</source>
        <translation>正在统计管网大小</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>约 {size}</translation>
    </message>
    <message>
        <source>Free space</source>
        <translation>空闲空间</translation>
    </message>
    <message>
        <source>The network as a whole</source>
        <translation>管网文件合计</translation>
    </message>
    <message>
        <source>Backups</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>{freed} freed: {before} before, {after} now.</source>
        <translation>已释放 {freed}：压缩前 {before}，现为 {after}。</translation>
    </message>
    <message>
        <source>too new for this QGIS</source>
        <translation>版本过高，不适用于此 QGIS</translation>
    </message>
    <message>
        <source>installed, but it does not work here</source>
        <translation>已安装，但在此无法使用</translation>
    </message>
    <message>
        <source>installed: restart QGIS</source>
        <translation>已安装：请重启 QGIS</translation>
    </message>
    <message>
        <source>Everything that WaterNet needs is installed and works.</source>
        <translation>WaterNet 所需的软件包均已安装，可正常使用。</translation>
    </message>
    <message>
        <source>Maps open as usual; the algorithms start once the packages are installed and work.</source>
        <translation>地图可照常打开；软件包可用后即可运行算法。</translation>
    </message>
    <message>
        <source>works</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Installed them already? Restart QGIS: it looks for packages when it starts.</source>
        <translation>已经安装？请重启 QGIS：软件包在启动时加载。</translation>
    </message>
    <message>
        <source>Slow, or no internet access? Add “-i ADDRESS” with the mirror that your IT department recommends.</source>
        <translation>下载慢或无法访问外网？请加上“-i 地址”，填写 IT 部门提供的镜像地址。</translation>
    </message>
    <message>
        <source>Waiting for Python packages</source>
        <translation>需先安装 Python 包</translation>
    </message>
    <message>
        <source>Backups…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>also open in {who}</source>
        <translation>{who} 也打开了此管网</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>详情…</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) too new</source>
        <translation>
            <numerusform>%n 个 Python 包版本过高</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) installed, but not working here</source>
        <translation>
            <numerusform>%n 个 Python 包已安装，但在此无法使用</numerusform>
        </translation>
    </message>
    <message>
        <source>packages installed: restart QGIS</source>
        <translation>软件包已安装：请重启 QGIS</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) missing or not working</source>
        <translation>
            <numerusform>%n 个 Python 包缺少或无法使用</numerusform>
        </translation>
    </message>
    <message>
        <source>Testing the packages</source>
        <translation>检测软件包</translation>
    </message>
    <message>
        <source>Checking what the undo changes</source>
        <translation>正在检查撤销范围</translation>
    </message>
    <message>
        <source>Undo batch {batch}</source>
        <translation>撤销批次 {batch}</translation>
    </message>
    <message>
        <source>Undo the rest</source>
        <translation>撤销其余记录</translation>
    </message>
    <message>
        <source>Nothing of batch {batch} can be undone.</source>
        <translation>批次 {batch} 没有可撤销的内容。</translation>
    </message>
    <message>
        <source>{table}: {n}</source>
        <comment>a table and how many rows of it</comment>
        <translation>{table}：{n}</translation>
    </message>
    <message>
        <source>Changes to be undone:</source>
        <translation>将撤销的改动：</translation>
    </message>
    <message>
        <source>Other rows that refer to what is removed:</source>
        <translation>引用将移除记录的其他记录：</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Changed by</source>
        <translation>改动人</translation>
    </message>
    <message>
        <source>edit without a batch</source>
        <translation>未归入批次的编辑</translation>
    </message>
    <message>
        <source>… and {n} more</source>
        <translation>……另有 {n} 条</translation>
    </message>
    <message>
        <source>Unexpected error</source>
        <translation>意外错误</translation>
    </message>
    <message>
        <source>Copy this text and send it to whoever looks after WaterNet for you, with a note on what you were doing. It contains paths of files on this computer.</source>
        <translation>请复制以下内容，附上当时的操作说明，发给负责维护 WaterNet 的人员。内容中含有本机的文件路径。</translation>
    </message>
    <message>
        <source>The same text is in {path}.</source>
        <translation>同样的内容保存在 {path}。</translation>
    </message>
    <message>
        <source>Unexpected error: {error}. The details are in {path}: send that file to whoever looks after WaterNet for you.</source>
        <translation>意外错误：{error}。详情见 {path}，请将该文件发给负责维护 WaterNet 的人员。</translation>
    </message>
    <message>
        <source>Unexpected error: {error}.</source>
        <translation>意外错误：{error}。</translation>
    </message>
    <message>
        <source>{file} is {size} MB when unpacked, too much to be read safely. Check where it comes from, or save its table as CSV.</source>
        <translation>{file} 解包后达 {size} MB，过大，无法安全读取。请核实文件来源，或将表格另存为 CSV。</translation>
    </message>
    <message>
        <source>There is no backup of it.</source>
        <translation>该管网没有备份。</translation>
    </message>
    <message>
        <source>Restore the backup of {moment}.</source>
        <translation>请恢复 {moment} 的备份。</translation>
    </message>
    <message>
        <source>There is no room for a backup of {name}: it takes {needed} MB, and {free} MB are free. Nothing was changed. Free some space and try again.</source>
        <translation>磁盘空间不足，无法备份 {name}：需要 {needed} MB，剩余 {free} MB。未作任何改动，请清理磁盘后重试。</translation>
    </message>
    <message>
        <source>“{folder}” next to {name} is a file, so no backup can be made. Rename it or move it away, then try again.</source>
        <translation>{name} 旁边的“{folder}”是文件，无法备份。请将其改名或移走后重试。</translation>
    </message>
    <message>
        <source>The folder “{folder}” next to {name} can't be written to, so no backup can be made. Get permission to write to it, then try again.</source>
        <translation>{name} 旁边的文件夹“{folder}”不可写，无法备份。请取得写入权限后重试。</translation>
    </message>
    <message>
        <source>{name} is also open in {who}. Close it there, then try again.</source>
        <translation>{name} 还在 {who} 中打开。请在那里关闭后重试。</translation>
    </message>
    <message>
        <source>The network {name} is damaged.</source>
        <translation>管网 {name} 已损坏。</translation>
    </message>
    <message>
        <source>QGIS can't show a network whose path holds a “?”: {path}. Choose another name or folder.</source>
        <translation>路径中有“?”的管网 QGIS 无法显示：{path}。请换一个名称或文件夹。</translation>
    </message>
    <message>
        <source>The network {name} no longer exists. Find out where it was moved.</source>
        <translation>管网 {name} 已不存在，请查找其去向。</translation>
    </message>
    <message>
        <source>Batch {batch} was not saved in {name}: another program wrote to the file at the same time. Close it there, then do this again.</source>
        <translation>批次 {batch} 未能保存到 {name}:另一程序同时写入了该文件。请在那边关闭后重做。</translation>
    </message>
    <message>
        <source>copied rows belong to no batch; empty ids are refused</source>
        <translation>复制的记录不归入原批次；拒绝空编号</translation>
    </message>
    <message>
        <source>The network {name} does not say which version it is.</source>
        <translation>管网 {name} 未注明版本。</translation>
    </message>
    <message>
        <source>The network {name} has no readable pipe layer.</source>
        <translation>管网 {name} 没有可读取的管段图层。</translation>
    </message>
    <message>
        <source>{name} is the network itself. Choose one of its backups.</source>
        <translation>{name} 就是该管网本身。请选择它的备份。</translation>
    </message>
    <message>
        <source>{program} copies this folder to other computers, even in the middle of a save, which can damage a network or leave two versions of it. Keep the network in a folder outside {program}, and put only backups in this one.</source>
        <translation>此文件夹由 {program} 同步到其他电脑，保存中途也会复制，可能损坏管网或产生两个版本。请将管网放在 {program} 以外的文件夹，同步盘中只放备份。</translation>
    </message>
    <message>
        <source>Batch {batch} can&apos;t be undone as a whole: {n} of its rows, such as {first}, are not as the batch left them, and the change log does not say who changed them. Undo the rest and leave these rows as they are (SKIP_CHANGED).</source>
        <translation>批次 {batch} 不能整批撤销：其中 {n} 行（如 {first}）与该批次写入时不同，且修改日志中查不到修改人。可撤销其余行，这些行保持现状（SKIP_CHANGED）。</translation>
    </message>
    <message>
        <source>Nothing of batch {batch} can be undone: all its {n} rows were changed later.</source>
        <translation>批次 {batch} 没有可撤销的内容：其 {n} 条记录后来都有改动。</translation>
    </message>
    <message>
        <source>The table {table} of {name} was changed by another program: {columns} is missing.</source>
        <translation>{name} 的表 {table} 被其他程序改动，缺少 {columns}。</translation>
    </message>
    <message>
        <source>{name}: another program has rewritten {table}, and some ids now appear twice. Make them unique in that layer, or restore the previous state.</source>
        <translation>{name}：其他程序重写了 {table}，出现重复编号。请使该图层的编号唯一，或退回原先的内容。</translation>
    </message>
    <message>
        <source>compacting</source>
        <translation>压缩</translation>
    </message>
    <message>
        <source>After compacting, {name} does not contain what it contained before.</source>
        <translation>压缩后 {name} 的内容与压缩前不一致。</translation>
    </message>
    <message numerus="yes">
        <source>undone by {batch}, %n row(s) not undone</source>
        <translation>
            <numerusform>已由 {batch} 撤销，%n 行未撤销</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{table}: %n row(s) that refer to removed {target} (“{field}”)</source>
        <translation>
            <numerusform>{table}：%n 行引用将移除的{target}（“{field}”）</numerusform>
        </translation>
    </message>
    <message>
        <source>Match failures again afterwards: failures whose pipe is removed have no pipe.</source>
        <translation>撤销后请重新匹配故障：所属管段已移除的故障将无对应管段。</translation>
    </message>
    <message>
        <source>Assess and plan again afterwards: results for removed rows are of no use.</source>
        <translation>撤销后请重新评估和编制计划：涉及已移除记录的结果不再有效。</translation>
    </message>
    <message>
        <source>{name} belongs to the network {network}. Choose another name.</source>
        <translation>{name} 是管网 {network} 的附属文件。请改用其他名称。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read, so it may be a WaterNet network and is not replaced. Choose another name.</source>
        <translation>{name} 无法读取，可能是 WaterNet 管网，不予替换。请改用其他名称。</translation>
    </message>
    <message>
        <source>Opening it restored what another program had removed ({names}); the history may have a gap there.</source>
        <translation>打开时已补上被其他程序删除的内容（{names}），其间的历史记录可能不全。</translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) in the network are not UTF-8; the first, {table} {row}, {field}, is read as “{text}”. “Check network” finds them, “Repair network” rewrites them as they are read.</source>
        <translation>
            <numerusform>管网中有 %n 处文字不是 UTF-8 编码，首处为{table} {row} 的{field}，读作“{text}”。可用“管网数据检查”查出，用“管网数据修复”按所读文字写入。</numerusform>
        </translation>
    </message>
    <message>
        <source>{file} has its own column names. Remove “header” from the mapping.</source>
        <translation>{file} 自带列名，请从映射中去掉“header”。</translation>
    </message>
    <message>
        <source>auto: combined once enough failures are on record, hierarchy before that. hierarchy: cohorts and the pipe&apos;s own record. glm: a regression with failures so far; glm_eb: a regression times the pipe&apos;s own record. combined: the mean of hierarchy and glm_eb, in logarithms.</source>
        <translation>auto：故障记录足够时用 combined，之前用 hierarchy。hierarchy：分组加管段自身记录。glm：回归模型，含历史故障；glm_eb：回归结果乘以管段自身记录。combined：hierarchy 与 glm_eb 的对数平均。</translation>
    </message>
    <message>
        <source>What titles call the network, such as the name of the town. Empty: the name of the file.</source>
        <translation>各类标题中使用的管网名称，如城镇名。留空则用文件名。</translation>
    </message>
    <message>
        <source>Shows for a burst on a pipe which valves to close, which to close instead of one that can&apos;t be closed, and which to keep in reserve where that is not known; which pipes and customers lose water, including those beyond the closed valves that lose every path to a source; how much water has to be drained, which hydrants lose water, which pipes become dead ends, and which closed valve could be opened to feed those cut off. Hydraulics are not checked.</source>
        <translation>给出某管段爆管时须关哪些阀门，关不上的由哪些阀门替代，能否关上不明的备用哪些阀门；哪些管段和用户停水（包括关阀后失去全部水源通路的连带停水）；需排空多少水，哪些消火栓失水，哪些管段成为死水管，以及开启哪个关闭的阀门可恢复供水。未校核水力。</translation>
    </message>
    <message>
        <source>Valves with their role: close, instead (in place of one that can&apos;t be closed; to be closed as well), second_choice (in reserve: only if another fails), already_closed, open_to_feed.</source>
        <translation>阀门及其作用：close（关闭）、instead（替代关不上的阀门，同样须关）、second_choice（备用：仅当其他阀门关不上时才关）、already_closed（已关）、open_to_feed（可开启供水）。</translation>
    </message>
    <message>
        <source>What the crew takes along, with a map, as a .pdf.</source>
        <translation>现场携带的工单，含停水范围图，.pdf 格式。</translation>
    </message>
    <message>
        <source>Valves in reserve</source>
        <translation>备用阀门</translation>
    </message>
    <message>
        <source>By the number of failures on record</source>
        <translation>按故障记录数自动选用</translation>
    </message>
    <message>
        <source>Cohorts and regression, combined</source>
        <translation>分组与回归模型合并</translation>
    </message>
    <message numerus="yes">
        <source>On no sheet, since far from all others: %n pipe(s). Choose an area that contains them to print them.</source>
        <translation>
            <numerusform>有 %n 条管段远离其余管段，不在任何图幅内；如需出图，请选择包含它们的区域。</numerusform>
        </translation>
    </message>
    <message>
        <source>{field}: {n} taken as not known, as the mapping says ({examples}).</source>
        <translation>{field}：按映射有 {n} 个值视为不明（{examples}）。</translation>
    </message>
    <message>
        <source>“{key}” has {known}; “{word}” is not one of them.</source>
        <translation>“{key}”可取 {known}，“{word}”不在其中。</translation>
    </message>
    <message>
        <source>“header” must contain row numbers such as {example}.</source>
        <translation>“header”须为行号，如 {example}。</translation>
    </message>
    <message>
        <source>Row {row} of the file is identical in every column; it is written once.</source>
        <translation>与文件第 {row} 行各列完全相同，只写入一次。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) had an id that appears twice and got a number, such as {examples}; the id of the file is kept.</source>
        <translation>
            <numerusform>%n 行编号重复，已加序号（如 {examples}），原文件编号已保留。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) are identical to another row in every column and written once.</source>
        <translation>
            <numerusform>%n 行与另一行各列完全相同，只写入一次。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>In %n row(s) far from the others x and y were swapped: now they lie among the others.</source>
        <translation>
            <numerusform>%n 行原远离其余各行，互换 x 与 y 后位置正确。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) lie up to {km:,.0f} km from the others.</source>
        <translation>
            <numerusform>%n 行远离其余各行，最远 {km:,.0f} km。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) lie far from the others.</source>
        <translation>
            <numerusform>%n 行远离其余各行。</numerusform>
        </translation>
    </message>
    <message>
        <source>No failure has a date: health and plan can&apos;t use a single one.</source>
        <translation>所有故障都没有日期：健康评估和改造计划一条也用不上。</translation>
    </message>
    <message>
        <source>No pipe has a material: health can&apos;t tell iron from plastic.</source>
        <translation>所有管段都没有管材：健康评估分不出铸铁管和塑料管。</translation>
    </message>
    <message>
        <source>No pipe has a year: health can&apos;t tell old pipes from new ones.</source>
        <translation>所有管段都没有敷设年代：健康评估分不出新管和旧管。</translation>
    </message>
    <message>
        <source>The row lies {km:,.0f} km from the others. Correct its coordinates.</source>
        <translation>该行距其余各行 {km:,.0f} km，请更正坐标。</translation>
    </message>
    <message>
        <source>The row lies far from the others. Correct its coordinates.</source>
        <translation>该行远离其余各行，请更正坐标。</translation>
    </message>
    <message>
        <source>{count} pipes had the id {pipe} in their file; without a place none of them can be told.</source>
        <translation>原文件中有 {count} 条管段的编号为 {pipe}，故障无位置，无法判定属于哪一条。</translation>
    </message>
    <message>
        <source>Of the pipes at {distance} m pipe {pipe} has the reported diameter and material.</source>
        <translation>距离同为 {distance} m 的管段中，管段 {pipe} 的管径和管材与上报一致。</translation>
    </message>
    <message>
        <source>Leave open. Close it only if {valve} can&apos;t be closed.</source>
        <translation>保持开启。仅当 {valve} 关不上时才关。</translation>
    </message>
    <message>
        <source>Close instead</source>
        <translation>替代关闭</translation>
    </message>
    <message>
        <source>In reserve</source>
        <translation>备用</translation>
    </message>
    <message>
        <source>{close} to close</source>
        <translation>须关 {close} 个</translation>
    </message>
    <message>
        <source>{close} to close, {reserve} in reserve</source>
        <translation>须关 {close} 个，备用 {reserve} 个</translation>
    </message>
    <message>
        <source>Ends at {count} locations: {listed}.</source>
        <translation>共止于 {count} 处：{listed}。</translation>
    </message>
    <message>
        <source>plant</source>
        <translation>厂</translation>
    </message>
    <message>
        <source>station</source>
        <translation>泵站</translation>
    </message>
    <message>
        <source>outfall</source>
        <translation>排放口</translation>
    </message>
    <message>
        <source>source</source>
        <translation>水源</translation>
    </message>
    <message>
        <source>closed valve</source>
        <translation>关闭的阀门</translation>
    </message>
    <message>
        <source>kind to stop at</source>
        <translation>指定的终止设施</translation>
    </message>
    <message>
        <source>barrier</source>
        <translation>阻断点</translation>
    </message>
    <message>
        <source>farthest distance reached</source>
        <translation>已到最远距离</translation>
    </message>
    <message>
        <source>pipe falls in the opposite direction</source>
        <translation>管段逆坡</translation>
    </message>
    <message>
        <source>closed pipe</source>
        <translation>关闭的管段</translation>
    </message>
    <message>
        <source>pipe not in use</source>
        <translation>停用的管段</translation>
    </message>
    <message>
        <source>wet weather only</source>
        <translation>仅雨天过水</translation>
    </message>
    <message>
        <source>no way onwards</source>
        <translation>无去向</translation>
    </message>
    <message>
        <source>no other pipe</source>
        <translation>无其他管段</translation>
    </message>
    <message>
        <source>a node without an id</source>
        <translation>无编号的节点</translation>
    </message>
    <message>
        <source>Ends at {place}: {kind}.</source>
        <translation>止于 {place}：{kind}。</translation>
    </message>
    <message>
        <source>Ends at {place}: it is closed.</source>
        <translation>止于 {place}：处于关闭状态。</translation>
    </message>
    <message>
        <source>Ends at {place}: a barrier.</source>
        <translation>止于 {place}：阻断点。</translation>
    </message>
    <message>
        <source>Ends beyond {place}: the farthest distance is reached in {pipes}.</source>
        <translation>止于 {place} 之后：在 {pipes} 中已到最远距离。</translation>
    </message>
    <message>
        <source>Ends at {place}: there is no way onwards; {pipes} falls in the opposite direction.</source>
        <translation>止于 {place}：无去向；{pipes} 逆坡，与绘制方向相反。</translation>
    </message>
    <message>
        <source>Ends at {place}: {pipes} is closed.</source>
        <translation>止于 {place}：{pipes} 处于关闭状态。</translation>
    </message>
    <message>
        <source>Ends at {place}: {pipes} is not in use.</source>
        <translation>止于 {place}：{pipes} 未在用。</translation>
    </message>
    <message>
        <source>Ends at {place}: {pipes} takes water in wet weather only.</source>
        <translation>止于 {place}：{pipes} 仅雨天过水。</translation>
    </message>
    <message>
        <source>Ends at {place}: there is no way onwards.</source>
        <translation>止于 {place}：无去向。</translation>
    </message>
    <message>
        <source>Ends at {place}: there is no other pipe.</source>
        <translation>止于 {place}：无其他管段。</translation>
    </message>
    <message>
        <source>{text} {pipes} continues from there.</source>
        <translation>{text}{pipes} 由此继续。</translation>
    </message>
    <message>
        <source>far from all others</source>
        <translation>远离其余各行</translation>
    </message>
    <message>
        <source>identical to another row in every column</source>
        <translation>与另一行各列完全相同</translation>
    </message>
    <message>
        <source>assumed</source>
        <translation>假定</translation>
    </message>
    <message>
        <source>The values of {column} fit “{field}”.</source>
        <translation>列 {column} 的值与“{field}”相符。</translation>
    </message>
    <message>
        <source>{headline}. The burst on pipe {pipe} is isolated with {length} of pipes; who is without water is not known: no customers are recorded.</source>
        <translation>{headline}。隔离管段 {pipe} 的爆管，停水管道 {length}；未录入用户，停水用户不详。</translation>
    </message>
    <message>
        <source>Customers without water (+) or fed (−)</source>
        <translation>增加停水（+）或恢复供水（−）用户</translation>
    </message>
    <message>
        <source>Valves to close: {count}</source>
        <translation>须关阀门：{count} 个</translation>
    </message>
    <message>
        <source>In reserve: {count}. Leave open unless the valve given fails</source>
        <translation>备用：{count} 个。所注阀门关不上时才关，平时保持开启</translation>
    </message>
    <message>
        <source>Other valves</source>
        <translation>其他阀门</translation>
    </message>
    <message>
        <source>Largest diameter shut off</source>
        <translation>停用的最大管径</translation>
    </message>
    <message>
        <source>Smallest diameter on the remaining path</source>
        <translation>剩余通路上的最小管径</translation>
    </message>
    <message>
        <source>Map of the isolated area</source>
        <translation>停水范围图</translation>
    </message>
    <message>
        <source>Shutdown order for the burst on pipe {pipe}</source>
        <translation>管段 {pipe} 爆管关阀工单</translation>
    </message>
    <message>
        <source>Crew</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Foreman</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Water off (date, time)</source>
        <translation>停水时间（年月日时分）</translation>
    </message>
    <message>
        <source>Water back on (date, time)</source>
        <translation>恢复供水时间（年月日时分）</translation>
    </message>
    <message>
        <source>Ordered by (signature)</source>
        <translation>签发人（签字）</translation>
    </message>
    <message>
        <source>Done by (signature)</source>
        <translation>执行人（签字）</translation>
    </message>
    <message>
        <source>To be filled in</source>
        <translation>现场填写</translation>
    </message>
    <message>
        <source>no customers recorded</source>
        <translation>未录入用户</translation>
    </message>
    <message>
        <source>Renew now, %</source>
        <translation>立即改造占比，%</translation>
    </message>
    <message>
        <source>Enough failures are on record to combine models: {model}.</source>
        <translation>故障记录足够，可合并模型：{model}。</translation>
    </message>
    <message>
        <source>Too few failures are on record to combine models: {model}.</source>
        <translation>故障记录太少，不合并模型：{model}。</translation>
    </message>
    <message>
        <source>Pipes are rated by: {model}.</source>
        <translation>采用的评估模型：{model}。</translation>
    </message>
    <message>
        <source>With enough failures on record, the rate is the mean, on a logarithmic scale and in equal parts, of two: that of cohorts and the pipe&apos;s own record, and that of a regression times the pipe&apos;s own record. With fewer failures it is the first alone.</source>
        <translation>故障记录足够时，故障率取两个模型结果的对数平均，各占一半：分组加管段自身记录，以及回归结果乘以管段自身记录。记录较少时只用前者。</translation>
    </message>
    <message>
        <source>The constants of the models were chosen on one city&apos;s records up to the end of 2006, by how likely they made the failures of 2002 to 2006, and judged on the years 2008 to 2015, which were not used for choosing them. Forecasts also use the variation between years and the growth with age, which are based on later records of that city too.</source>
        <translation>模型常数按一座城市截至 2006 年底的记录选定，依据是 2002 至 2006 年故障的似然；再用 2008 至 2015 年检验，这些年份未参与选定。预测还用到年际波动和随管龄的增长，二者也依据该市更晚的记录。</translation>
    </message>
    <message>
        <source>No customers are recorded: who loses water is not known.</source>
        <translation>未录入用户：停水影响哪些用户不详。</translation>
    </message>
    <message>
        <source>N</source>
        <translation>北</translation>
    </message>
    <message>
        <source>To close</source>
        <translation>须关</translation>
    </message>
    <message>
        <source>Distance (m)</source>
        <translation>距离（m）</translation>
    </message>
    <message numerus="yes">
        <source>%n more end(s) are in the .json next to this page.</source>
        <translation>
            <numerusform>另有 %n 处终点见本页旁的 .json 文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Where it ends</source>
        <translation>终点及原因</translation>
    </message>
    <message>
        <source>{direction} from {start}: {pipes} pipes of {length}; no customers are recorded.</source>
        <translation>从 {start} 追踪（{direction}）：{pipes} 条管段，{length}；未录入用户。</translation>
    </message>
    <message>
        <source>By {author}. Licence: GNU GPL, version 2 or later.</source>
        <translation>作者：{author}。许可证：GNU GPL 第 2 版或更新版本。</translation>
    </message>
    <message>
        <source>Web page</source>
        <translation>网页</translation>
    </message>
    <message>
        <source>Last unexpected error…</source>
        <translation>最近一次意外错误…</translation>
    </message>
    <message>
        <source>Press “Draw a pipe”, click along its course, and right click to finish.</source>
        <translation>单击“绘制管段”，沿走向依次单击，单击右键结束。</translation>
    </message>
    <message>
        <source>The pipes can&apos;t be edited now: another program may be using the file.</source>
        <translation>管段目前无法编辑：文件可能被其他程序占用。</translation>
    </message>
    <message>
        <source>Add base map…</source>
        <translation>添加底图…</translation>
    </message>
    <message>
        <source>Find pipe, node, compound, customer, street</source>
        <translation>查找管段、节点、小区、用户、道路</translation>
    </message>
    <message>
        <source>Id or name; Enter shows the first one, Esc clears</source>
        <translation>输入编号或名称；回车显示第一个，Esc 清除</translation>
    </message>
    <message>
        <source>Nothing in the network has this name or id.</source>
        <translation>管网中没有这个编号或名称。</translation>
    </message>
    <message>
        <source>Pipe network (WaterNet)</source>
        <translation>管网（WaterNet）</translation>
    </message>
    <message>
        <source>Pipes, nodes, compounds, customers and streets by id or name</source>
        <translation>按编号或名称查找管段、节点、小区、用户和道路</translation>
    </message>
    <message>
        <source>Compound</source>
        <translation>小区（单位）</translation>
    </message>
    <message>
        <source>First steps</source>
        <translation>入门</translation>
    </message>
    <message>
        <source>Bring in your data</source>
        <translation>导入数据</translation>
    </message>
    <message>
        <source>Panel and map</source>
        <translation>面板与地图</translation>
    </message>
    <message>
        <source>Data quality and history</source>
        <translation>数据维护</translation>
    </message>
    <message>
        <source>Renewal</source>
        <translation>更新改造</translation>
    </message>
    <message>
        <source>Bursts and traces</source>
        <translation>爆管与追踪</translation>
    </message>
    <message>
        <source>Documents and files</source>
        <translation>图纸与文件</translation>
    </message>
    <message>
        <source>Settings and packages</source>
        <translation>设置与 Python 包</translation>
    </message>
    <message>
        <source>Words</source>
        <translation>用语</translation>
    </message>
    <message>
        <source>Search the guide</source>
        <translation>搜索指南</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>未找到</translation>
    </message>
    <message>
        <source>Of these to renew now, {km} are added by the policy list, in addition to the length above.</source>
        <translation>其中 {km} 由政策清单列入“立即改造”，不占上面的长度比例。</translation>
    </message>
    <message>
        <source>A city, or longitude and latitude: 118.80, 32.06</source>
        <translation>城市名，或经纬度：118.80, 32.06</translation>
    </message>
    <message>
        <source>What the map shows now</source>
        <translation>地图当前显示的位置</translation>
    </message>
    <message>
        <source>The location is neither a city in the list nor two coordinates such as 118.80, 32.06.</source>
        <translation>地点既不是列表中的城市，也不是 118.80, 32.06 这样的经纬度。</translation>
    </message>
    <message>
        <source>Choose where the network is, or choose its coordinate system.</source>
        <translation>请填写管网所在地点，或选择坐标系。</translation>
    </message>
    <message>
        <source>{crs} is not meant for {place}: lengths would be wrong.</source>
        <translation>{crs} 不适用于 {place}，长度会有误差。</translation>
    </message>
    <message>
        <source>Nothing has been created yet: the open project was kept.</source>
        <translation>尚未创建任何文件：已保留打开的工程。</translation>
    </message>
    <message>
        <source>{name}: its drive is not responding yet. It opens when the drive responds.</source>
        <translation>{name}：所在磁盘尚无响应，响应后自动打开。</translation>
    </message>
    <message>
        <source>{path} is not there: it was moved or renamed, or its drive is not connected.</source>
        <translation>找不到 {path}：可能已移动、改名，或所在磁盘未连接。</translation>
    </message>
    <message>
        <source>{packages}, {length}, {spent}</source>
        <translation>{packages}，{length}，{spent}</translation>
    </message>
    <message numerus="yes">
        <source>%n not funded</source>
        <comment>packages</comment>
        <translation>
            <numerusform>另有 %n 个未安排资金</numerusform>
        </translation>
    </message>
    <message>
        <source>{packages} not funded, {length}, {cost}</source>
        <translation>{packages}未安排资金，{length}，{cost}</translation>
    </message>
    <message numerus="yes">
        <source>%n decided in earlier plans</source>
        <comment>packages</comment>
        <translation>
            <numerusform>另有 %n 个已由以前的计划确定</numerusform>
        </translation>
    </message>
    <message>
        <source>{name}, {unit}</source>
        <translation>{name}，{unit}</translation>
    </message>
    <message>
        <source>Plan: scenarios</source>
        <translation>改造计划：方案比较</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>The network&apos;s folder can&apos;t be written to, so the report {name} is lost when QGIS closes. Save it.</source>
        <translation>管网所在文件夹不可写入，报告 {name} 在 QGIS 退出后即消失，请另存。</translation>
    </message>
    <message>
        <source>The report is saved in {path}.</source>
        <translation>报告保存在 {path}。</translation>
    </message>
    <message>
        <source>Why? Click for the reasons, the list of pipes, and health on the map.</source>
        <translation>为什么？单击查看原因和管段清单，并在地图上显示健康等级。</translation>
    </message>
    <message>
        <source>no pipe yet</source>
        <translation>尚无管段</translation>
    </message>
    <message>
        <source>Draw a pipe</source>
        <translation>绘制管段</translation>
    </message>
    <message>
        <source>Or bring in files with pipes.</source>
        <translation>也可导入含管段的文件。</translation>
    </message>
    <message>
        <source>Shows which streets to renew, once there are pipes.</source>
        <translation>有管段后，此处显示各年应改造的道路。</translation>
    </message>
    <message>
        <source>Click for the list of packages, and the plan on the map.</source>
        <translation>单击查看项目清单，并在地图上显示改造计划。</translation>
    </message>
    <message>
        <source>Name of this network</source>
        <translation>本管网名称</translation>
    </message>
    <message>
        <source>{lon:.2f}° {ew}, {lat:.2f}° {ns}</source>
        <translation>{ew} {lon:.2f}°，{ns} {lat:.2f}°</translation>
    </message>
    <message>
        <source>Leave them out</source>
        <translation>不入库</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) have a repeated id.</source>
        <translation>
            <numerusform>%n 行编号重复。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Of these, %n identical to another row in every column.</source>
        <translation>
            <numerusform>其中 %n 行与另一行各列完全相同。</numerusform>
        </translation>
    </message>
    <message>
        <source>Take identical rows once; leave out the others</source>
        <translation>完全相同的行合为一行，其余不入库</translation>
    </message>
    <message>
        <source>Take them as they are</source>
        <translation>按原样入库</translation>
    </message>
    <message>
        <source>Swap x and y</source>
        <translation>互换 x 与 y</translation>
    </message>
    <message>
        <source>Swap x and y; leave out the rest</source>
        <translation>互换 x 与 y，其余不入库</translation>
    </message>
    <message>
        <source>{name}: the values of {column} fit “{field}”.</source>
        <translation>{name}：列 {column} 的值与“{field}”相符。</translation>
    </message>
    <message>
        <source>The row with the names of the columns. Rows above it are titles.</source>
        <translation>列名所在行，其上为标题。</translation>
    </message>
    <message>
        <source>A second row, where merged cells name groups of columns and this row their parts.</source>
        <translation>表头有两行时的末行：上行合并单元格为分组名，此行为各列名。</translation>
    </message>
    <message>
        <source>The row with the units, – for none. Rows of data start below it.</source>
        <translation>单位所在行，没有则选“–”。数据从其下一行开始。</translation>
    </message>
    <message>
        <source>Heading in row</source>
        <translation>表头首行</translation>
    </message>
    <message>
        <source>to row</source>
        <translation>末行</translation>
    </message>
    <message>
        <source>units in row</source>
        <translation>单位行</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>发现的情况</translation>
    </message>
    <message numerus="yes">
        <source>%n question(s) about rows of the files.</source>
        <translation>
            <numerusform>有 %n 个关于文件行的问题待答。</numerusform>
        </translation>
    </message>
    <message>
        <source>Answered; saved with the mapping.</source>
        <translation>已答复，并存入映射。</translation>
    </message>
    <message>
        <source>{name}: {found} Say what to do with them, or accept the suggestions.</source>
        <translation>{name}：{found}请选择处理方式，或采纳建议。</translation>
    </message>
    <message>
        <source>{far} The last step asks what to do.</source>
        <translation>{far}最后一步将询问如何处理。</translation>
    </message>
    <message numerus="yes">
        <source>Columns guessed by their values or names, %n: {list}.</source>
        <translation>
            <numerusform>按数值或列名推测的列 %n 个：{list}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Columns taken as suggested, %n: {list}.</source>
        <translation>
            <numerusform>按建议采用的列 %n 个：{list}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Codes taken as suggested, %n, in {rows} rows: {list}.</source>
        <translation>
            <numerusform>按建议采用的代码 %n 个，涉及 {rows} 行：{list}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Assumed for all {rows} rows: {list}.</source>
        <translation>假定全部 {rows} 行：{list}。</translation>
    </message>
    <message>
        <source>The column names are in row {rows}, the units in row {units}.</source>
        <translation>列名在第 {rows} 行，单位在第 {units} 行。</translation>
    </message>
    <message>
        <source>The column names are in row {rows}.</source>
        <translation>列名在第 {rows} 行。</translation>
    </message>
    <message numerus="yes">
        <source>Left out, since not part of the table: %n row(s) of the file ({rows}).</source>
        <translation>
            <numerusform>文件中有 %n 行不是数据行，未读入：{rows}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Row {row} should contain the column names but is empty. Choose another row.</source>
        <translation>第 {row} 行没有列名，请另选一行。</translation>
    </message>
    <message>
        <source>the id of a row in its file; diameter and material reported with a failure</source>
        <translation>原文件中的编号；故障上报的管径和管材</translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) matched several rows of the file by id; the nearest row was taken.</source>
        <translation>
            <numerusform>{field}：%n 行所填编号在原文件中重复，已指向其中最近的一个。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pipe ends with a repeated node id, connected to the nearest of these nodes: %n.</source>
        <translation>
            <numerusform>%n 个管端所填的节点编号重复，已指向其中最近的节点。</numerusform>
        </translation>
    </message>
    <message>
        <source>Shows pipe by pipe what changed between two assessments: worse or better by class, the same, new, or gone. If limits were changed in between, a different class counts as neither worse nor better. Empty: the last two assessments.</source>
        <translation>逐管段列出两次评估之间的变化：等级变差或变好、不变、新增、消失。其间界限有调整的，等级不同不算变差或变好。不指定时取最近两次。</translation>
    </message>
    <message>
        <source>Different class because of other settings</source>
        <translation>参数调整后等级不同</translation>
    </message>
    <message>
        <source>
A package lies within one connected run of a street, including all its pipes, where their ends meet. Hydrant leads, stubs and remainders too short for a project of their own join the nearest package of their run (setting renewal.rest_m), even if sound pipes lie between.</source>
        <translation>
每个项目位于同一道路中端点相接的连通管线内（完好管段也计入连通）。消火栓支管、短管和不足以单独立项的零星管段并入该连通管线上最近的项目（设置 renewal.rest_m），其间可以隔有完好管段。</translation>
    </message>
    <message numerus="yes">
        <source>With x and y swapped, %n would lie among the others.</source>
        <translation>
            <numerusform>互换 x 与 y 后，%n 行位于其余各行之中。</numerusform>
        </translation>
    </message>
    <message>
        <source>drains</source>
        <translation>排水管道</translation>
    </message>
    <message>
        <source>planned</source>
        <translation>规划</translation>
    </message>
    <message>
        <source>abandoned</source>
        <translation>已废弃</translation>
    </message>
    <message>
        <source>abandoned, date unknown</source>
        <translation>已废弃，日期不明</translation>
    </message>
    <message>
        <source>connectors</source>
        <translation>连接段</translation>
    </message>
    <message>
        <source>without a length</source>
        <translation>无长度</translation>
    </message>
    <message>
        <source>{count} since {year}, fewer failures than pipes like it have</source>
        <translation>{year} 年以来故障 {count} 次，少于同类管段</translation>
    </message>
    <message>
        <source>a failure here costs {ratio} times the network&apos;s mean</source>
        <translation>此处单次故障损失为全网平均的 {ratio} 倍</translation>
    </message>
    <message>
        <source>1 recorded failure</source>
        <translation>有 1 次故障记录</translation>
    </message>
    <message>
        <source>{count} recorded failures</source>
        <translation>有 {count} 次故障记录</translation>
    </message>
    <message>
        <source>records of {years} years</source>
        <translation>{years} 年记录</translation>
    </message>
    <message>
        <source>records from {first} to {last}, {years} years</source>
        <translation>记录自 {first} 至 {last}，{years} 年</translation>
    </message>
    <message>
        <source>Data grade A: {records}, and {matched} % of the failures are matched to a pipe. This network&apos;s own history determines {share} % of the length, published rates the rest.</source>
        <translation>数据等级 A：{records}，{matched}% 的故障已匹配到管段。{share}% 的长度依据本管网自身记录，其余依据公开故障率。</translation>
    </message>
    <message>
        <source>Data grade B: some history ({failures} failures on pipes, {records}). It determines {share} % of the length, published rates the rest; more years and more matched failures improve the ranking of pipes.</source>
        <translation>数据等级 B：有一定记录（{failures} 次故障匹配到管段，{records}）。{share}% 的长度依据这些记录，其余依据公开故障率；记录年数和匹配故障越多，管段排序越准。</translation>
    </message>
    <message>
        <source>Failures are on record from {first} to {last}.</source>
        <translation>故障记录自 {first} 至 {last}。</translation>
    </message>
    <message>
        <source>Records count from {start}, but the first failure is dated {first}. If nothing was recorded before that, all rates are about {percent} % too low: give {first} as the start of the records.</source>
        <translation>记录自 {start} 起计，但首次故障在 {first}。若此前没有登记，所有故障率约偏低 {percent}%：请以 {first} 为记录起始日。</translation>
    </message>
    <message>
        <source>Not assessed: {parts}. They are not part of the assessed length.</source>
        <translation>未评估：{parts}。不计入已评估长度。</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>另有 {count} 项</translation>
    </message>
    <message>
        <source>no rate changed</source>
        <translation>故障率均未变</translation>
    </message>
    <message numerus="yes">
        <source>%n rate(s) changed</source>
        <translation>
            <numerusform>%n 条管段的故障率有变</numerusform>
        </translation>
    </message>
    <message>
        <source>The inputs of the rates were changed ({changes}); {rates}.</source>
        <translation>故障率的计算依据已调整（{changes}）；{rates}。</translation>
    </message>
    <message>
        <source>Therefore neither classes nor rates are compared with that run.</source>
        <translation>因此不与该次评估比较等级和故障率。</translation>
    </message>
    <message>
        <source>Limits were changed ({changes}); {rates}.</source>
        <translation>界限已调整（{changes}）；{rates}。</translation>
    </message>
    <message>
        <source>Therefore classes are not compared with that run.</source>
        <translation>因此不与该次评估比较等级。</translation>
    </message>
    <message>
        <source>Weights were changed ({changes}); {rates}.</source>
        <translation>权重已调整（{changes}）；{rates}。</translation>
    </message>
    <message>
        <source>Assess as of the last record ({date})</source>
        <translation>按末次记录日（{date}）评估</translation>
    </message>
    <message>
        <source>limits were changed</source>
        <translation>界限已调整</translation>
    </message>
    <message>
        <source>{run}: {rated} assessed, mean {rate} failures per 100 km per year.</source>
        <translation>{run}：已评估 {rated}，平均故障率 {rate} 次/100 km·年。</translation>
    </message>
    <message>
        <source>Number them: {example} …</source>
        <translation>加序号：{example}…</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) next to the table left out: {rows}</source>
        <translation>
            <numerusform>表外 %n 行未读入：{rows}</numerusform>
        </translation>
    </message>
    <message>
        <source>reasons as facts, readable in any language</source>
        <translation>原因按事实保存，可用任一语言阅读</translation>
    </message>
    <message>
        <source>Also closes {count} that follow from it.</source>
        <translation>同时接受由此引起的 {count} 个问题。</translation>
    </message>
    <message>
        <source>Still open: {count} with another cause.</source>
        <translation>另有 {count} 个其他类型的问题保持未处理。</translation>
    </message>
    <message>
        <source>{km} from {first}</source>
        <translation>{first} 年起 {km}</translation>
    </message>
    <message>
        <source>{plan}, {first} to {last}: {funded} of {all} packages for {cost}, from assessment {run}</source>
        <translation>{plan}，{first}–{last} 年：{all} 个项目中安排 {funded} 个，投资 {cost}，依据评估 {run}</translation>
    </message>
    <message>
        <source>Batch {batch} was written to {name}, but the file can&apos;t be read now to make sure. Look for it in the list of batches before you do this again.</source>
        <translation>批次 {batch} 已写入 {name}，但现在无法读取该文件加以确认。重做之前，请先在批次列表中查找该批次。</translation>
    </message>
    <message>
        <source>Copies a small made-up town to try things on: 66 km of pipes of all seven systems with valves, hydrants, manholes, compounds, three metered areas and 25 years of failures. Its health is assessed and its renewal planned; the project is ready to open.</source>
        <translation>复制一个虚构的小城镇供试用：七类管网 66 km，含阀门、消火栓、检查井、小区、三个独立计量区和 25 年故障记录；健康评估和改造计划均已完成，工程可直接打开。</translation>
    </message>
    <message>
        <source>Every assessment is kept. Choose the one that map, list and figures show, or two, with Ctrl, to compare them.</source>
        <translation>每次评估都会保留。可选择地图、列表和数字显示的那一次，或按住 Ctrl 选择两次进行比较。</translation>
    </message>
    <message>
        <source>Choose two assessments of the list: click the second with Ctrl</source>
        <translation>在列表中选择两次评估：按住 Ctrl 单击第二次</translation>
    </message>
    <message>
        <source>A small town with 66 km of pipes of all systems, assessed and planned.</source>
        <translation>一座小城，66 km 各类管线，已评估并编制计划。</translation>
    </message>
    <message>
        <source>East (x)</source>
        <translation>东坐标（x）</translation>
    </message>
    <message>
        <source>North (y)</source>
        <translation>北坐标（y）</translation>
    </message>
    <message>
        <source>Which of the two is which is found from the numbers, too.</source>
        <translation>哪一列是东、哪一列是北，也会根据数值判断。</translation>
    </message>
    <message>
        <source>{name}: “{column}” can't be east and north at once. Choose two columns.</source>
        <translation>{name}：“{column}”不能同时作东坐标和北坐标，请选择两列。</translation>
    </message>
    <message>
        <source>{name}: a place needs two columns, east and north. Choose the other one too.</source>
        <translation>{name}：位置需要东坐标和北坐标两列，请把另一列也选上。</translation>
    </message>
    <message>
        <source>{name}: “{column}” holds no coordinates: {good} of {n} values are numbers.</source>
        <translation>{name}：“{column}”列不是坐标：{n} 个值中只有 {good} 个是数字。</translation>
    </message>
    <message>
        <source>Or choose other columns.</source>
        <translation>或者另选坐标列。</translation>
    </message>
    <message>
        <source>{name}: {sentence}</source>
        <translation>{name}：{sentence}</translation>
    </message>
    <message>
        <source>Nothing was written; look at what was changed, then run this again.</source>
        <translation>未写入任何内容，请查看改动后重新执行。</translation>
    </message>
    <message>
        <source>Nothing was written; run this again.</source>
        <translation>未写入任何内容，请重新执行。</translation>
    </message>
    <message>
        <source>{table}: another program wrote this table since it was read, and the change log can&apos;t tell what it changed.</source>
        <translation>{table}：读取之后有其他程序改写了此表，日志无法说明改了什么。</translation>
    </message>
    <message>
        <source>{table}: {who} changed {n} of the rows to be written after they were read, such as {first}.</source>
        <translation>{table}：待写入的记录中有 {n} 条在读取之后已被 {who} 修改，例如 {first}。</translation>
    </message>
    <message numerus="yes">
        <source>Taken as joined, since their ends lie at most {slack} m apart (renewal.join_tolerance_m): %n pipe(s), {pipes}.</source>
        <translation>
            <numerusform>端点相距不超过 {slack} m（renewal.join_tolerance_m），视为相接：%n 条管段，{pipes}。</numerusform>
        </translation>
    </message>
    <message>
        <source>before {key}: {factor}</source>
        <translation>{key} 年以前：{factor}</translation>
    </message>
    <message>
        <source>DN {key}: {factor}</source>
        <translation>DN{key}：{factor}</translation>
    </message>
    <message>
        <source>List changes</source>
        <translation>变更明细</translation>
    </message>
    <message>
        <source>Lists who changed what, newest first, one row per field: of an asset, in an area, by a batch, or between two days. Deleted assets and assets whose id was changed are found too. What is left empty does not limit the list. Assets that were made in bulk, such as by an import, have one row without a field, unless ASSET is given.</source>
        <translation>列出何人何时改了什么，最新的在前，每个字段一行：可按设施、范围、批次或起止日期查询。已删除的设施和改过编号的设施也能查到。留空的条件不作限制。批量新建（如入库）的设施只列一行、不列字段，给出 ASSET 时除外。</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始日期</translation>
    </message>
    <message>
        <source>First day, YYYY-MM-DD, in UTC.</source>
        <translation>起始日，YYYY-MM-DD，UTC 时间。</translation>
    </message>
    <message>
        <source>Last day, YYYY-MM-DD, in UTC; it is included.</source>
        <translation>截止日，YYYY-MM-DD，UTC 时间，含当日。</translation>
    </message>
    <message>
        <source>Only assets that lie or once lay here: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] if it is not in the network's coordinate system), the id of a compound or zone, or a layer.</source>
        <translation>只列现在或曾经位于此处的设施：范围（xmin,xmax,ymin,ymax，与管网坐标系不同时在后面加 [EPSG:…]）、小区或分区的编号，或一个图层。</translation>
    </message>
    <message>
        <source>Name of a table, such as pipe or node.</source>
        <translation>表名，如 pipe 或 node。</translation>
    </message>
    <message>
        <source>Id that the asset has now, or had last; its earlier ids are followed.</source>
        <translation>设施现在的编号或最后的编号；改号前的记录一并列出。</translation>
    </message>
    <message>
        <source>Batch id, such as B0002.</source>
        <translation>批次编号，如 B0002。</translation>
    </message>
    <message>
        <source>One row per field: entry, time (UTC), person, batch, asset, before and after.</source>
        <translation>每个字段一行：日志序号、时间（UTC）、人员、批次、设施、改动前后的值。</translation>
    </message>
    <message>
        <source>The changes counted, and the newest in words.</source>
        <translation>变更统计及最新变更的说明。</translation>
    </message>
    <message>
        <source>Number of changes</source>
        <translation>变更条数</translation>
    </message>
    <message>
        <source>Restore asset</source>
        <translation>恢复设施</translation>
    </message>
    <message>
        <source>Makes an asset, or only some of its fields, what it was before an entry of the change log; a deleted asset comes back. This is a new batch, which can be undone; the log keeps everything. Refused where the asset was not there then, its id is taken, an asset that it names is gone, or the end of a pipe would leave its node. To take back a whole batch, use “Undo batch”.</source>
        <translation>将设施或其部分字段恢复为变更日志某条记录之前的状态；已删除的设施可找回。恢复是一个新批次，可以撤销，日志全部保留。设施当时不存在、编号已被占用、所引用的设施已删除，或管段端点会脱离节点时，不予恢复。如需撤回整个批次，请使用“撤销批次”。</translation>
    </message>
    <message>
        <source>Id that the asset has now, or had last if it is deleted.</source>
        <translation>设施现在的编号；已删除的填最后的编号。</translation>
    </message>
    <message>
        <source>Entry of the change log</source>
        <translation>变更日志序号</translation>
    </message>
    <message>
        <source>The state before this entry comes back; “List changes” shows the numbers. Empty: the last one.</source>
        <translation>恢复到该条记录之前的状态；序号见“变更明细”。留空：最后一条。</translation>
    </message>
    <message>
        <source>Names of fields, separated by semicolons; geom for the geometry. Empty: all.</source>
        <translation>字段名，以分号分隔；图形写 geom。留空：全部字段。</translation>
    </message>
    <message>
        <source>{name} is empty. Say which asset to restore, with TABLE and ASSET.</source>
        <translation>{name} 为空。请用 TABLE 和 ASSET 指明要恢复的设施。</translation>
    </message>
    <message>
        <source>{asset} is back in the network, as batch {batch}.</source>
        <translation>{asset} 已恢复到管网中，批次 {batch}。</translation>
    </message>
    <message>
        <source>{asset}: restored {fields}, as batch {batch}.</source>
        <translation>{asset}：已恢复 {fields}，批次 {batch}。</translation>
    </message>
    <message>
        <source>{asset} is edited in two layers of the same table, which disagree about it. Undo one of the edits.</source>
        <translation>{asset} 在同一张表的两个图层中被编辑，且结果不一致。请撤销其中一处编辑。</translation>
    </message>
    <message>
        <source>An edit of the layer {layer} is still under way. Finish or undo it, then save again.</source>
        <translation>图层“{layer}”有一步编辑尚未完成。请完成或撤销该步，然后重新保存。</translation>
    </message>
    <message>
        <source>The layer {layer} can&apos;t be edited. See why, then take the edits up again.</source>
        <translation>图层“{layer}”无法编辑。请查明原因后再取回编辑。</translation>
    </message>
    <message>
        <source>Take up unsaved edits</source>
        <translation>取回未保存的编辑</translation>
    </message>
    <message>
        <source>{pipes} were not merged: {kind} {node} lies between them. Delete or move it first.</source>
        <translation>{pipes} 未合并：其间有{kind} {node}。请先删除或移开该设施。</translation>
    </message>
    <message>
        <source>{pipes} were not merged: {other} joins them at {node}.</source>
        <translation>{pipes} 未合并：{other} 在 {node} 处与其相接。</translation>
    </message>
    <message>
        <source>{changes} changes to {assets} assets by {people} people.</source>
        <translation>{people} 人对 {assets} 个设施作了 {changes} 次变更。</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>没有变更。</translation>
    </message>
    <message>
        <source>Change history</source>
        <translation>变更历史</translation>
    </message>
    <message>
        <source>The newest {n} of {all} lines.</source>
        <translation>共 {all} 行，列出最新的 {n} 行。</translation>
    </message>
    <message>
        <source>By whom</source>
        <translation>按人员</translation>
    </message>
    <message>
        <source>What was changed</source>
        <translation>变更内容</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Changes, newest first</source>
        <translation>变更明细（最新在前）</translation>
    </message>
    <message>
        <source>Times in UTC.</source>
        <translation>时间为 UTC。</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>已选</translation>
    </message>
    <message>
        <source>Conflicts</source>
        <translation>冲突</translation>
    </message>
    <message>
        <source>Nothing is saved yet, and your edits are kept. Choose a version for each row, then save.</source>
        <translation>尚未保存，你的编辑都还在。请为每一行选定一个版本，然后保存。</translation>
    </message>
    <message>
        <source>Take mine</source>
        <translation>用我的</translation>
    </message>
    <message>
        <source>For all fields of the selected rows</source>
        <translation>用于所选行的全部字段</translation>
    </message>
    <message>
        <source>Take theirs</source>
        <translation>用对方的</translation>
    </message>
    <message>
        <source>For all fields of the selected rows; deleted ones stay deleted</source>
        <translation>用于所选行的全部字段；已删除的行保持删除</translation>
    </message>
    <message>
        <source>Restore row</source>
        <translation>恢复该行</translation>
    </message>
    <message>
        <source>Bring the selected rows back that somebody else deleted</source>
        <translation>找回被他人删除的所选行</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) were changed by somebody else as well</source>
        <translation>
            <numerusform>%n 行也被他人修改过</numerusform>
        </translation>
    </message>
    <message>
        <source>mine</source>
        <translation>我的</translation>
    </message>
    <message>
        <source>theirs</source>
        <translation>对方的</translation>
    </message>
    <message>
        <source>restored</source>
        <translation>已恢复</translation>
    </message>
    <message>
        <source>both</source>
        <translation>各取一部分</translation>
    </message>
    <message>
        <source>{done} of {total} answered</source>
        <translation>已处理 {done}/{total}</translation>
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
        <source>somebody else</source>
        <translation>他人</translation>
    </message>
    <message>
        <source>Deleted by {who}. Restore row brings it back as you left it; Take theirs leaves it deleted and drops your edit of it.</source>
        <translation>该行已被{who}删除。“恢复该行”按你编辑后的样子找回；“用对方的”保持删除，并放弃你对它的编辑。</translation>
    </message>
    <message>
        <source>You deleted this row; {fields} changed by {who}. Take mine deletes it; Take theirs keeps it as it is now.</source>
        <translation>你删除了这一行，而{who}修改了{fields}。“用我的”将其删除；“用对方的”按现状保留。</translation>
    </message>
    <message>
        <source>from the nodes</source>
        <translation>取自节点</translation>
    </message>
    <message>
        <source>{pipe} is out of use already. Click a pipe in use.</source>
        <translation>{pipe} 已停用。请单击在用的管段。</translation>
    </message>
    <message>
        <source>{old} is abandoned and keeps its failures; {new} is in its place.</source>
        <translation>{old} 已废弃并保留其故障，原位为 {new}。</translation>
    </message>
    <message>
        <source>{pipe} now runs from {start} to {end}.</source>
        <translation>{pipe} 现由 {start} 至 {end}。</translation>
    </message>
    <message>
        <source>A pipe needs two points at least. Click where it goes on.</source>
        <translation>管段至少需要两个点。请继续单击下一个点。</translation>
    </message>
    <message>
        <source>Draw pipe</source>
        <translation>绘制管段</translation>
    </message>
    <message>
        <source>Click from node to node; Enter or right click ends, Backspace takes a point back</source>
        <translation>从节点到节点依次单击；回车或右键结束，退格键撤回一个点</translation>
    </message>
    <message>
        <source>Insert node</source>
        <translation>插入节点</translation>
    </message>
    <message>
        <source>Click a pipe: a valve or another node is put there, and the pipe is split</source>
        <translation>单击管段：在该处放置阀门或其他节点，并断开管段</translation>
    </message>
    <message>
        <source>Replace pipe</source>
        <translation>更换管段</translation>
    </message>
    <message>
        <source>Click a pipe: it is abandoned with its failures, and a new one takes its place</source>
        <translation>单击管段：旧管段标为废弃并保留其故障，原位生成新管段</translation>
    </message>
    <message>
        <source>Reverse pipe</source>
        <translation>反向</translation>
    </message>
    <message>
        <source>Click a pipe: its ends, levels and depths are swapped</source>
        <translation>单击管段：对调起终点、高程和埋深</translation>
    </message>
    <message>
        <source>Reading unsaved edits</source>
        <translation>正在读取未保存的编辑</translation>
    </message>
    <message numerus="yes">
        <source>Not saved when QGIS ended: %n edit(s) of {time}.</source>
        <translation>
            <numerusform>QGIS 结束时未保存：{time} 的 %n 处编辑。</numerusform>
        </translation>
    </message>
    <message>
        <source>Take them up</source>
        <translation>接着编辑</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) were discarded.</source>
        <translation>
            <numerusform>已放弃 %n 处编辑。</numerusform>
        </translation>
    </message>
    <message>
        <source>There are newer edits in the layers. Save or discard them, then take up the older ones.</source>
        <translation>图层中有更新的编辑。请先保存或放弃，再接着编辑较早的。</translation>
    </message>
    <message>
        <source>Taking up unsaved edits</source>
        <translation>正在取回未保存的编辑</translation>
    </message>
    <message>
        <source>These edits were taken up or discarded in another window of QGIS.</source>
        <translation>这些编辑已在另一个 QGIS 窗口中取回或放弃。</translation>
    </message>
    <message numerus="yes">
        <source>%n edit(s) are back in the layers. Save them, or undo them.</source>
        <translation>
            <numerusform>%n 处编辑已放回图层。请保存，或撤销。</numerusform>
        </translation>
    </message>
    <message>
        <source>The network holds these edits already; nothing was left to take up.</source>
        <translation>管网中已有这些编辑，无需再取回。</translation>
    </message>
    <message>
        <source>The layer {layer} is not in this project. Restore it in the panel, then try again.</source>
        <translation>此工程中没有图层“{layer}”。请在面板中恢复后重试。</translation>
    </message>
    <message>
        <source>Edits that were not saved</source>
        <translation>未保存的编辑</translation>
    </message>
    <message>
        <source>Edits can&apos;t be kept beside the profile ({reason}), so they are lost if QGIS ends before a Save. Save often, and make room on the disk.</source>
        <translation>无法在配置文件夹中保留编辑（{reason}），QGIS 若在保存前结束，编辑将丢失。请经常保存，并清理磁盘空间。</translation>
    </message>
    <message>
        <source>Not saved: {reason} Your edit is kept.</source>
        <translation>未保存：{reason}你的编辑已保留。</translation>
    </message>
    <message>
        <source>Not saved: {reason} Your {n} edits are kept.</source>
        <translation>未保存：{reason}你的 {n} 处编辑已保留。</translation>
    </message>
    <message>
        <source>QGIS gathers the edits of this project in transaction groups, so WaterNet can&apos;t check a Save of {layer} or make it all or nothing, and others can&apos;t write meanwhile. Stop editing, then turn them off under Project Properties &gt; Data Sources.</source>
        <translation>本工程启用了 QGIS 的事务组，WaterNet 无法检查“{layer}”的保存，也不能保证要么全部写入、要么都不写入，期间他人也无法写入。请停止编辑，然后在“工程属性 &gt; 数据源”中关闭事务组。</translation>
    </message>
    <message>
        <source>Move to the left to see the asset as it was.</source>
        <translation>向左拖动，查看设施过去的状态。</translation>
    </message>
    <message>
        <source>Then</source>
        <translation>当时</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>before {when}: it was not in the network</source>
        <translation>{when} 之前：尚不在管网中</translation>
    </message>
    <message>
        <source>before {when}: {n} of {all} fields differ from now</source>
        <translation>{when} 之前：{all} 个字段中有 {n} 个与现在不同</translation>
    </message>
    <message>
        <source>Restore value</source>
        <translation>恢复此值</translation>
    </message>
    <message>
        <source>Makes all of the asset what it was then, as a new batch.</source>
        <translation>将整个设施恢复为当时的状态，并记为一个新批次。</translation>
    </message>
    <message>
        <source>Choose a change or a value first. It becomes what it was then, as a new batch.</source>
        <translation>请先选择一条变更或一个值；将其恢复为当时的值，并记为一个新批次。</translation>
    </message>
    <message>
        <source>Restored as batch {batch}.</source>
        <translation>已恢复，批次 {batch}。</translation>
    </message>
    <message>
        <source>Id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Open work</source>
        <translation>未闭环工单</translation>
    </message>
    <message>
        <source>Open the form</source>
        <translation>打开表单</translation>
    </message>
    <message>
        <source>Work item</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Work items that are not closed, and repairs without a check of the map. Click for the list.</source>
        <translation>未关闭的工单，以及未作图面核对的维修。单击查看列表。</translation>
    </message>
    <message>
        <source>Open work: {n}</source>
        <translation>未闭环工单 {n} 件</translation>
    </message>
    <message>
        <source>TABLE “{table}” has no history. Choose one of: {tables}.</source>
        <translation>TABLE“{table}”没有变更历史。请选择：{tables}。</translation>
    </message>
    <message>
        <source>SINCE {since} is later than UNTIL {until}. Exchange them.</source>
        <translation>SINCE {since} 晚于 UNTIL {until}，请对调。</translation>
    </message>
    <message>
        <source>Reading the change log</source>
        <translation>正在读取变更日志</translation>
    </message>
    <message>
        <source>{asset} is neither in the network nor in its change log. Check the id.</source>
        <translation>管网和变更日志中都没有 {asset}，请核对编号。</translation>
    </message>
    <message>
        <source>Rows of the table “{table}” can't be restored. Choose one of: {tables}.</source>
        <translation>表“{table}”的记录不能恢复。请选择：{tables}。</translation>
    </message>
    <message>
        <source>The id of a row can't be restored, since other rows name it. Change it in the form, and leave “{field}” out of FIELDS.</source>
        <translation>编号被其他记录引用，不能恢复。请在表单中修改，并从 FIELDS 中去掉“{field}”。</translation>
    </message>
    <message>
        <source>{table} has no field {names} that can be restored. Choose from: {known}.</source>
        <translation>{table}没有可恢复的字段 {names}。可选：{known}。</translation>
    </message>
    <message>
        <source>{asset} was not in the network before entry {seq} of the change log. Choose a later entry.</source>
        <translation>变更日志第 {seq} 条之前，{asset} 不在管网中。请选择较晚的记录。</translation>
    </message>
    <message>
        <source>Nothing has been recorded about {asset} since it was made.</source>
        <translation>{asset} 自新建以来没有变更记录。</translation>
    </message>
    <message>
        <source>The change log has no entry {seq}; its entries go up to {last}. List the changes.</source>
        <translation>变更日志没有第 {seq} 条，最大序号为 {last}。请查看变更明细。</translation>
    </message>
    <message>
        <source>{asset} is already as it was before entry {seq} of the change log. Nothing was written.</source>
        <translation>{asset} 与变更日志第 {seq} 条之前的状态相同，未写入任何内容。</translation>
    </message>
    <message>
        <source>{asset} can&apos;t come back: another row has that id now. Give that row another id, then restore this one.</source>
        <translation>{asset} 无法恢复：该编号现在属于另一条记录。请先为那条记录改号，再恢复。</translation>
    </message>
    <message>
        <source>{asset} is deleted. Restore all of it first, without FIELDS.</source>
        <translation>{asset} 已删除。请先不填 FIELDS，整体恢复。</translation>
    </message>
    <message>
        <source>when a work item was checked on the map; indexes of the change log</source>
        <translation>工单的图面核对日期；变更日志的索引</translation>
    </message>
    <message>
        <source>A row of “{table}” is no longer in the network (row number {fid}).</source>
        <translation>“{table}”中的一条记录已不在管网中（行号 {fid}）。</translation>
    </message>
    <message>
        <source>Rows of “{table}” take each other's ids, {asset} among them. Give one of them an id that is not in use, save, then give it the id you want.</source>
        <translation>“{table}”中有记录互换编号，其中包括 {asset}。请先给其中一条一个未使用的编号并保存，再改为所需编号。</translation>
    </message>
    <message>
        <source>{asset} is the id of two rows of “{table}”. Give one of them another id.</source>
        <translation>“{table}”中有两条记录的编号都是 {asset}。请给其中一条换一个编号。</translation>
    </message>
    <message>
        <source>{asset}: “{field}” has a value that another row has, which the network does not allow.</source>
        <translation>{asset}：“{field}”的值与另一条记录相同，管网文件不允许重复。</translation>
    </message>
    <message>
        <source>{asset}: the network does not take this row: {reason}</source>
        <translation>{asset}：管网文件拒绝该记录：{reason}</translation>
    </message>
    <message>
        <source>{asset} can't be restored: “{field}” was {name}, which has been deleted since. First restore {name}, or restore other fields.</source>
        <translation>{asset} 无法恢复：“{field}”原为 {name}，而 {name} 后来已被删除。请先恢复 {name}，或只恢复其他字段。</translation>
    </message>
    <message>
        <source>The course of pipe {asset} can&apos;t be restored: its node {node} has been moved since, so that its end would lie loose. Undo the batch that moved the node, or restore other fields.</source>
        <translation>管段 {asset} 的走向无法恢复：其节点 {node} 后来已移动，恢复后端点会悬空。请撤销移动节点的批次，或只恢复其他字段。</translation>
    </message>
    <message>
        <source>The place of node {asset} can&apos;t be restored: pipes that end there would stay behind ({pipes}). Undo the batch that moved them, or restore other fields.</source>
        <translation>节点 {asset} 的位置无法恢复：与其相接的管段（{pipes}）会留在原处。请撤销移动它们的批次，或只恢复其他字段。</translation>
    </message>
    <message>
        <source>{asset} has no length: a pipe needs two points at different places. Draw it again.</source>
        <translation>{asset} 没有长度：管段至少需要两个位置不同的点。请重新绘制。</translation>
    </message>
    <message>
        <source>{asset} has coordinates that are missing or infinite. Place it again, or delete it.</source>
        <translation>{asset} 的坐标缺失或为无穷大。请重新定位，或将其删除。</translation>
    </message>
    <message>
        <source>Editing of {layer} was stopped before anything was changed: another program has just closed the network, and QGIS can&apos;t save to it safely. Copy edits of other layers that are not saved yet to another file, then restart QGIS.</source>
        <translation>已停止编辑 {layer}，尚未改动任何内容：另一个程序刚刚关闭了该管网，QGIS 无法安全地保存到其中。请先将其他图层中尚未保存的编辑复制到另一个文件，然后重启 QGIS。</translation>
    </message>
    <message>
        <source>Shown as of</source>
        <translation>截至</translation>
    </message>
    <message>
        <source>Who changed what…</source>
        <translation>改动记录…</translation>
    </message>
    <message>
        <source>Another program also has this network open. Nothing is lost: what is saved there is seen here. If two people change the same field of a row, Save asks which version to keep.</source>
        <translation>另有程序打开了此管网。不会丢失内容：对方保存后这里即可看到。两人改了同一记录的同一字段时，保存时会询问采用哪一方的内容。</translation>
    </message>
    <message numerus="yes">
        <source>%n edited row(s) were changed or deleted by somebody else meanwhile, such as {first}. Choose a version, then save again.</source>
        <translation>
            <numerusform>编辑期间有 %n 条记录被他人修改或删除，例如 {first}。请选定采用哪一方的内容，再保存。</numerusform>
        </translation>
    </message>
    <message>
        <source>Another program has deleted the log of {name} that QGIS is working with, so what you see may be out of date, and nothing was written. Copy edits that are not saved yet to another layer, then restart QGIS.</source>
        <translation>另一个程序删除了 QGIS 正在使用的 {name} 日志文件，所见内容可能已过时，本次未写入任何数据。请先将尚未保存的编辑复制到其他图层，然后重启 QGIS。</translation>
    </message>
    <message>
        <source>Check metered areas</source>
        <translation>计量分区检查</translation>
    </message>
    <message>
        <source>Metered areas</source>
        <translation>计量分区</translation>
    </message>
    <message>
        <source>Ids of the zones to check, separated by commas. Empty: all of them.</source>
        <translation>要检查的分区编号，以逗号分隔。留空：全部。</translation>
    </message>
    <message>
        <source>Id or name of a scenario to check. Empty: the network as it is.</source>
        <translation>要检查的方案编号或名称。留空：现状管网。</translation>
    </message>
    <message>
        <source>Store the result</source>
        <translation>保存结果</translation>
    </message>
    <message>
        <source>Every area with its verdict and figures.</source>
        <translation>每个分区的结论和指标。</translation>
    </message>
    <message>
        <source>Every finding once for each area that it belongs to; root names the finding that causes it.</source>
        <translation>每个问题按所属分区各列一次；root 为引起它的问题。</translation>
    </message>
    <message>
        <source>Verdicts, and a section for every area; figures in a .json file next to it.</source>
        <translation>各分区结论，每区一节；指标见同名 .json 文件。</translation>
    </message>
    <message>
        <source>Valid</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>Not valid</source>
        <translation>无效</translation>
    </message>
    <message>
        <source>Not provable</source>
        <translation>无法证明</translation>
    </message>
    <message>
        <source>Rule ids, families (doctor, topology, attributes, heights, systems, dma, ledgers) or severities (error, warning, info), separated by commas. Empty: all of them.</source>
        <translation>规则编号、类别（doctor、topology、attributes、heights、systems、dma、ledgers）或严重程度（error、warning、info），以逗号分隔。留空：全部。</translation>
    </message>
    <message>
        <source>Draw metered areas</source>
        <translation>划定计量分区</translation>
    </message>
    <message>
        <source>Assigns pipes to district metered areas (DMA). From meters: water pipes in use are followed up to boundary meters, closed valves and closed pipes, and each connected part is assigned to the area consistent with its meters. From a polygon or from pipes: they form the area named in ZONE. The polygons of the areas follow from their pipes.</source>
        <translation>将管段划入独立计量区（DMA）。按水表：在用给水管段追踪至边界水表、关闭的阀门和管段为止，每个连通部分划入与其水表相符的分区。按面或按管段：组成 ZONE 所填的分区。分区面由管段生成。</translation>
    </message>
    <message>
        <source>Draw from</source>
        <translation>划定依据</translation>
    </message>
    <message>
        <source>How the pipes of an area are chosen.</source>
        <translation>分区管段的确定方式。</translation>
    </message>
    <message>
        <source>Boundary meters</source>
        <translation>边界水表</translation>
    </message>
    <message>
        <source>A polygon</source>
        <translation>面</translation>
    </message>
    <message>
        <source>Polygon or pipes</source>
        <translation>面或管段</translation>
    </message>
    <message>
        <source>From a polygon: a layer of polygons, an extent (xmin,xmax,ymin,ymax) or the id of a compound; pipes whose middle lies inside are taken. From pipes: ids separated by commas, or a layer with a column pipe_id.</source>
        <translation>按面：面图层、范围（xmin,xmax,ymin,ymax）或小区编号，取中点落在其中的管段。按管段：以逗号分隔的编号，或带 pipe_id 字段的图层。</translation>
    </message>
    <message>
        <source>Metered area</source>
        <translation>计量分区</translation>
    </message>
    <message>
        <source>Id of the area; one that does not exist is made. From meters, empty: all areas with meters.</source>
        <translation>分区编号，不存在时新建。按水表时留空：所有装表分区。</translation>
    </message>
    <message>
        <source>Id or name of a scenario to draw in; a new name makes one. Empty: the network.</source>
        <translation>在其中划定的方案编号或名称，新名称将新建方案。留空：现状管网。</translation>
    </message>
    <message>
        <source>Write areas of pipes and polygons, in one batch. Otherwise they are listed only.</source>
        <translation>将管段所属分区和分区面写入一个批次，否则仅列出。</translation>
    </message>
    <message>
        <source>Changed and reported areas, with their parents.</source>
        <translation>有变化或涉及的分区及其上级分区。</translation>
    </message>
    <message>
        <source>Every pipe with its area and patch; a patch is named after its first pipe.</source>
        <translation>每条管段的分区和片区，片区以其首条管段命名。</translation>
    </message>
    <message>
        <source>Pipes whose area is another now</source>
        <translation>分区有变化的管段</translation>
    </message>
    <message>
        <source>Plan a zero-pressure test</source>
        <translation>编制零压试验方案</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>分区</translation>
    </message>
    <message>
        <source>Id of the metered area to be tested.</source>
        <translation>要试验的计量区编号。</translation>
    </message>
    <message>
        <source>Id or name of a scenario; empty: the network as it is.</source>
        <translation>方案的编号或名称；留空：管网现状。</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>The steps in order, with their role: boundary, gauge, storage, inlet (node_id is the valve that shuts the meter, or the meter where none does), drain, reopen.</source>
        <translation>按顺序排列的步骤及类型：boundary、gauge、storage、inlet（node_id 为切断水表的阀门，没有时为水表）、drain、reopen。</translation>
    </message>
    <message>
        <source>All customers who lose water, critical ones first.</source>
        <translation>全部停水用户，重点用户在前。</translation>
    </message>
    <message>
        <source>Plan and form as a PDF</source>
        <translation>方案与记录表（PDF）</translation>
    </message>
    <message>
        <source>What the crew takes along: map, steps to tick, and a form to fill in and sign, as a .pdf.</source>
        <translation>现场使用的 .pdf：地图、可勾选的步骤，以及填写并签字的记录表。</translation>
    </message>
    <message>
        <source>Boundary valves</source>
        <translation>边界阀数</translation>
    </message>
    <message>
        <source>Inlets</source>
        <translation>进水口</translation>
    </message>
    <message>
        <source>Open crossings</source>
        <translation>未计量连通数</translation>
    </message>
    <message>
        <source>Propose metered areas</source>
        <translation>划分独立计量区</translation>
    </message>
    <message>
        <source>Divides the drinking water network into zones of the size asked for, with as few meters and closed valves as possible, and compares three solutions: fewest devices, most even sizes, lowest cost. Every zone is one piece, holds a source or is fed through its inlets, the widest ways first; all other crossings are closed, at existing valves where possible. Zones are not changed; with SCENARIO, the solution is kept as a scenario that can be adopted.</source>
        <translation>把供水管网划分为所需规模的分区，尽量少装水表、少关阀门，并比较三种划分：设备最少、规模最均匀、造价最低。每个分区连成一片，含有水源或由进水口供水，优先取最大通径路径；其余连通处全部关闭，尽可能利用已有阀门。现有分区不变；填写 SCENARIO 时，所选划分存为方案，可供采用。</translation>
    </message>
    <message>
        <source>Zones</source>
        <translation>分区</translation>
    </message>
    <message>
        <source>One row per zone, with the lines of its pipes.</source>
        <translation>每个分区一行，图形为其管段。</translation>
    </message>
    <message>
        <source>Every pipe with its zone, or the reason why it is in none.</source>
        <translation>每根管段及其分区，或不属于任何分区的原因。</translation>
    </message>
    <message>
        <source>Boundary</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>One row per meter and closed crossing, where the pipe is cut from the other zone.</source>
        <translation>每处水表或关闭的连通处一行，位于管段与另一分区分开之处。</translation>
    </message>
    <message>
        <source>The three solutions side by side and the chosen one; figures in a .json file next to it.</source>
        <translation>三种划分并列比较，并详列所选划分；数据在同名 .json 文件中。</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>设备数</translation>
    </message>
    <message>
        <source>Scenario id</source>
        <translation>方案编号</translation>
    </message>
    <message>
        <source>Record a zero-pressure test</source>
        <translation>记录零压试验</translation>
    </message>
    <message>
        <source>Judges a test by the pressures read in the zone: passed, failed or to be repeated, by the limits in the settings; says which gauge recovered first and which valve is near it. A passed test proves a draft zone, and a later change of its boundary asks for a new test. Pressures are the readings of the quantity pressure_mpa, imported or typed in here.</source>
        <translation>按区内压力读数和参数中的限值判定试验：合格、不合格或需重做；指出最先回升的压力表及其附近的阀门。试验合格后，拟划的分区变为已验证封闭；以后边界有变动则需重测。压力为指标 pressure_mpa 的读数，可导入，也可在此填写。</translation>
    </message>
    <message>
        <source>Id of the metered area that was tested.</source>
        <translation>试验的计量区编号。</translation>
    </message>
    <message>
        <source>Begin of the test as YYYY-MM-DD HH:MM, by the clocks of the network (general.time_zone).</source>
        <translation>试验开始时间，YYYY-MM-DD HH:MM，按管网所用时区（general.time_zone）。</translation>
    </message>
    <message>
        <source>End of the test</source>
        <translation>试验结束时间</translation>
    </message>
    <message>
        <source>End of the test, written as START.</source>
        <translation>试验结束时间，写法同 START。</translation>
    </message>
    <message>
        <source>Drained at</source>
        <translation>泄空时间</translation>
    </message>
    <message>
        <source>When the draining points were shut again and the hold began, written as START; empty: when all gauges in the zone had fallen to the limit.</source>
        <translation>泄水点重新关闭、保压开始的时间，写法同 START；留空：取区内各压力表均降到限值的时间。</translation>
    </message>
    <message>
        <source>Valve that leaks</source>
        <translation>漏水的阀门</translation>
    </message>
    <message>
        <source>Id of the valve that was found to leak; may be empty.</source>
        <translation>查明漏水的阀门编号，可留空。</translation>
    </message>
    <message>
        <source>Typed readings</source>
        <translation>填写的读数</translation>
    </message>
    <message>
        <source>Readings that are not in the network yet, separated by semicolons: gauge, time, pressure in MPa, such as JSD-0053 01:20 0.31; a unit (kPa, bar, m) may follow, the same for all.</source>
        <translation>管网中尚没有的读数，用分号隔开：压力表、时间、压力（MPa），如 JSD-0053 01:20 0.31；其后可加单位（kPa、bar、m），须统一。</translation>
    </message>
    <message>
        <source>Who did the test; may be empty.</source>
        <translation>试验人员，可留空。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Kept with the test; may be empty.</source>
        <translation>随试验保存，可留空。</translation>
    </message>
    <message>
        <source>Verdict, gauges and heads over time as a page; figures in a .json file next to it.</source>
        <translation>结论、压力表和水头过程线页面；各项数值存入同名 .json 文件。</translation>
    </message>
    <message>
        <source>Report as a PDF</source>
        <translation>报告（PDF）</translation>
    </message>
    <message>
        <source>The same as a .pdf to be filed.</source>
        <translation>内容相同的 .pdf，供存档。</translation>
    </message>
    <message>
        <source>Lowest head (m)</source>
        <translation>最低水头（m）</translation>
    </message>
    <message>
        <source>Rise while held (m)</source>
        <translation>保压期间回升（m）</translation>
    </message>
    <message>
        <source>Hold time (min)</source>
        <translation>保压时间（min）</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>结论</translation>
    </message>
    <message>
        <source>Valves that may leak</source>
        <translation>可能漏水的阀门</translation>
    </message>
    <message>
        <source>Test id</source>
        <translation>试验编号</translation>
    </message>
    <message>
        <source>Number of zones</source>
        <translation>分区个数</translation>
    </message>
    <message>
        <source>Give this or TARGET_SIZE.</source>
        <translation>填写此项或 TARGET_SIZE。</translation>
    </message>
    <message>
        <source>Size of a zone</source>
        <translation>分区规模</translation>
    </message>
    <message>
        <source>Usual size, in the unit of SIZE_BY. Give this or COUNT.</source>
        <translation>一般规模，单位随 SIZE_BY。填写此项或 COUNT。</translation>
    </message>
    <message>
        <source>Size counted by</source>
        <translation>规模计算依据</translation>
    </message>
    <message>
        <source>Customers, households, demand (m³/d) or length of pipes (m).</source>
        <translation>用户数、户数、用水量（m³/d）或管长（m）。</translation>
    </message>
    <message>
        <source>customers</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>households</source>
        <translation>户</translation>
    </message>
    <message>
        <source>demand</source>
        <translation>用水量</translation>
    </message>
    <message>
        <source>length</source>
        <translation>管长</translation>
    </message>
    <message>
        <source>Smallest zone</source>
        <translation>最小分区</translation>
    </message>
    <message>
        <source>Empty: half of the mean.</source>
        <translation>空：平均值的一半。</translation>
    </message>
    <message>
        <source>Largest zone</source>
        <translation>最大分区</translation>
    </message>
    <message>
        <source>Empty: one and a half of the mean.</source>
        <translation>空：平均值的一倍半。</translation>
    </message>
    <message>
        <source>Most inlets</source>
        <translation>进水口上限</translation>
    </message>
    <message>
        <source>Most meters that a zone is fed by.</source>
        <translation>每个分区进水水表的最多个数。</translation>
    </message>
    <message>
        <source>Trunk mains from (mm)</source>
        <translation>干管起始管径（mm）</translation>
    </message>
    <message>
        <source>Pipes of this diameter and more belong to no zone. Empty: none.</source>
        <translation>不小于该管径的管段不属于任何分区。空：不设。</translation>
    </message>
    <message>
        <source>Zones to keep</source>
        <translation>保留的分区</translation>
    </message>
    <message>
        <source>Ids of zones that keep their pipes, separated by commas.</source>
        <translation>管段保持不变的分区编号，以逗号分隔。</translation>
    </message>
    <message>
        <source>Solution</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>Which of the three solutions the outputs hold; the report compares all of them.</source>
        <translation>各输出采用哪一种划分；报告比较全部三种。</translation>
    </message>
    <message>
        <source>fewest devices</source>
        <translation>设备最少</translation>
    </message>
    <message>
        <source>most even sizes</source>
        <translation>规模最均匀</translation>
    </message>
    <message>
        <source>lowest cost</source>
        <translation>造价最低</translation>
    </message>
    <message>
        <source>Seed of the random choices.</source>
        <translation>随机选择的种子。</translation>
    </message>
    <message>
        <source>Name to keep the solution under as a scenario. Empty: nothing is stored.</source>
        <translation>把划分存为方案时的名称。空：不保存。</translation>
    </message>
    <message>
        <source>The water runs on to {source}: nothing would close the zone. Put a meter or close a valve between them first, or add street by street.</source>
        <translation>水流一直通到 {source}，分区无法封闭。请先在其间装表或关阀，或逐条街道加入。</translation>
    </message>
    <message>
        <source>high point</source>
        <translation>高点</translation>
    </message>
    <message>
        <source>critical point</source>
        <translation>控制点</translation>
    </message>
    <message>
        <source>near a doubtful valve</source>
        <translation>靠近存疑阀门</translation>
    </message>
    <message>
        <source>outside, for reference</source>
        <translation>区外，作参考</translation>
    </message>
    <message>
        <source>state unknown</source>
        <translation>状态不明</translation>
    </message>
    <message>
        <source>can&apos;t be operated</source>
        <translation>不可操作</translation>
    </message>
    <message>
        <source>not known whether it can be operated</source>
        <translation>是否可操作不明</translation>
    </message>
    <message>
        <source>not accessible</source>
        <translation>无法接近</translation>
    </message>
    <message>
        <source>not known whether it is accessible</source>
        <translation>是否可接近不明</translation>
    </message>
    <message>
        <source>Boundary valve</source>
        <translation>边界阀</translation>
    </message>
    <message>
        <source>Pressure gauge</source>
        <translation>压力表</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>池箱</translation>
    </message>
    <message>
        <source>Inlet</source>
        <translation>进水口</translation>
    </message>
    <message>
        <source>Draining point</source>
        <translation>泄水点</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names}等，另有 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>The boundary is open: at {nodes} the zone meets pipes outside without a meter or a closed valve. This plan does not cut the zone off before each of them is closed or gets a meter; it counts them as shut.</source>
        <translation>边界未封闭：分区在 {nodes} 处与区外管道相通，没有水表也没有关闭的阀门。在逐一关闭或装表之前，本方案不能切断分区；方案按已关闭计算。</translation>
    </message>
    <message>
        <source>No meter leads into or out of this zone. Enter the meters of its inlets with the zones on both sides, then plan again.</source>
        <translation>没有水表通向该分区。请先填写进水口水表两侧的分区，再编制方案。</translation>
    </message>
    <message>
        <source>No valve shuts off these tanks or sources inside the zone: {tanks}. They feed the zone while it is tested, which is then without result.</source>
        <translation>区内以下池箱或水源没有阀门可切断：{tanks}。试验期间它们会向区内供水，试验无效。</translation>
    </message>
    <message>
        <source>Closed pipes without a valve part the zone: {pipes}. Look on site what closes them.</source>
        <translation>以下管段关闭但没有阀门，却隔开了分区：{pipes}。请到现场查看由什么关闭。</translation>
    </message>
    <message numerus="yes">
        <source>Cut off, the zone is in %n piece(s). Only pieces with a gauge are tested; check the others, and pipe ends that do not meet.</source>
        <translation>
            <numerusform>切断后分区分为 %n 片。只有装压力表的片受到检验；请检查其余各片以及未相接的管端。</numerusform>
        </translation>
    </message>
    <message>
        <source>The zone has no washout and no hydrant where it could be drained. Look for an outlet on site.</source>
        <translation>区内没有可用于泄水的排污阀或消火栓，请到现场寻找出水口。</translation>
    </message>
    <message>
        <source>No place for a gauge outside was found: whether the supply failed will not be seen.</source>
        <translation>未找到区外压力表的位置：供水中断将无法察觉。</translation>
    </message>
    <message>
        <source>Nobody noted whether these boundary valves are closed: {valves}. Close them first and enter their state.</source>
        <translation>以下边界阀没有启闭记录：{valves}。请先关闭并填写状态。</translation>
    </message>
    <message numerus="yes">
        <source>%n doubtful valve(s) have no gauge near: raise dma.test_gauges.</source>
        <translation>
            <numerusform>%n 个存疑阀门附近没有压力表：请调大 dma.test_gauges。</numerusform>
        </translation>
    </message>
    <message>
        <source>Before {begin}: check each boundary valve in the order of the list, count its turns, mark it.</source>
        <translation>{begin} 之前：按清单顺序逐个检查边界阀，数圈数，做标记。</translation>
    </message>
    <message>
        <source>Put the gauges on and log pressures for {log} minutes.</source>
        <translation>装上压力表，记录压力 {log} 分钟。</translation>
    </message>
    <message>
        <source>Shut off tanks and sources inside the zone.</source>
        <translation>切断区内的水池、水箱和水源。</translation>
    </message>
    <message>
        <source>Shut the inlets in the order of the list, slowly, the last one last.</source>
        <translation>按清单顺序缓慢关闭进水口，最后一个最后关。</translation>
    </message>
    <message>
        <source>Open the draining points. The pressure must fall to {least} m or less within minutes.</source>
        <translation>打开泄水点。压力应在数分钟内降到 {least} m 以下。</translation>
    </message>
    <message>
        <source>Shut the draining points, note the time, and hold for {hold} minutes: no gauge in the zone may rise by more than {rise} m.</source>
        <translation>关闭泄水点，记下时间，保压 {hold} 分钟：区内任一压力表回升不得超过 {rise} m。</translation>
    </message>
    <message>
        <source>If a gauge rises, the one that rises first points to the valve: close valves near it again one by one, listen at them, and repeat. If the pressure never falls, there is an unknown connection.</source>
        <translation>压力回升时，最先回升的压力表指向漏水的阀门：逐个重新关紧附近阀门并听音，再试。压力始终不降，说明有未知连通。</translation>
    </message>
    <message>
        <source>Before {end}: open the inlets again in the order of the list, slowly, with an outlet open at the high point until no more air comes; flush at the draining points and dead ends until the water is clear, and take a sample. Boundary valves stay shut.</source>
        <translation>{end} 之前：按清单顺序缓慢打开进水口，打开高点出口排气至无气；在泄水点和管道末端冲洗至水清，并取样。边界阀保持关闭。</translation>
    </message>
    <message>
        <source>Interruption of the water supply: in the night of ____________ from {begin} to {end} the water supply is interrupted at {places} for a test of the pipe network.</source>
        <translation>停水通知：因管网试验，____________ 夜间 {begin} 至 {end}，{places}停水。</translation>
    </message>
    <message>
        <source>Please keep water ready, close your taps, and switch off pumps and water heaters that draw from the mains. Afterwards let the water run until it is clear. Questions: ____________</source>
        <translation>请提前储水，关闭水龙头，停用直接取水的水泵和热水器。恢复供水后先放水至水清。咨询电话：____________</translation>
    </message>
    <message>
        <source>While the zone is without pressure, water can be sucked back from hoses, tanks and plants of customers. Nobody may draw water; shut the service valves of critical customers, and of those with own tanks or chemicals.</source>
        <translation>区内失压时，软管、水箱和用户设备中的水可能倒吸入管网。试验期间不得用水；关闭重点用户以及自备水箱、使用化学品用户的进户阀。</translation>
    </message>
    <message>
        <source>Between the lowest and the highest point of the zone are {span:.1f} m: with the draining point open, the column sucks with as much at the high point.</source>
        <translation>分区最低点与最高点相差 {span:.1f} m：打开泄水点后，高点处将形成同样高度的负压。</translation>
    </message>
    <message>
        <source>START {start} is not before END {end}. Exchange them.</source>
        <translation>START {start} 不早于 END {end}，请对调。</translation>
    </message>
    <message>
        <source>DRAINED_AT {moment} is not between START {start} and END {end}. Correct it.</source>
        <translation>DRAINED_AT {moment} 不在 START {start} 与 END {end} 之间，请更正。</translation>
    </message>
    <message>
        <source>No pressure was read between {start} and {end}. Import or type in the readings of the gauges, or correct START and END.</source>
        <translation>{start} 至 {end} 之间没有压力读数。请导入或填写压力表读数，或更正 START 和 END。</translation>
    </message>
    <message>
        <source>No gauge with readings is in the zone, only outside: {gauges}. A test needs at least one gauge in the zone.</source>
        <translation>有读数的压力表都不在区内，只在区外：{gauges}。试验至少需要一块区内压力表。</translation>
    </message>
    <message>
        <source>Gauge “{gauge}” has a reading of {value:g} MPa, which no pipe has: it was probably read in another unit. Convert the readings to MPa (1 MPa = 1000 kPa = 10 bar = 102 m) and try again.</source>
        <translation>压力表“{gauge}”的读数 {value:g} MPa 超出管道可能的压力，可能用了其他单位。请换算为 MPa（1 MPa = 1000 kPa = 10 bar = 102 m）后重试。</translation>
    </message>
    <message>
        <source>Gauge “{gauge}” was not read from {start} to {end}, while the test was held. Add the readings that are missing, or end the test earlier.</source>
        <translation>压力表“{gauge}”在保压期间 {start} 至 {end} 没有读数。请补上缺少的读数，或提前结束时间。</translation>
    </message>
    <message>
        <source>The reading “{line}” can't be read. Write gauge, time and pressure, such as “JSD-0053 01:20 0.31”; a unit (MPa, kPa, bar, m) may follow.</source>
        <translation>无法识别读数“{line}”。请依次填写压力表、时间、压力，如“JSD-0053 01:20 0.31”，其后可加单位（MPa、kPa、bar、m）。</translation>
    </message>
    <message>
        <source>The typed readings are in more than one unit: {units}. Write all of them in one.</source>
        <translation>填写的读数使用了多种单位：{units}。请统一为一种。</translation>
    </message>
    <message>
        <source>{name}: “{text}” is not a valid time. Write it as YYYY-MM-DD HH:MM, such as 2026-03-12 01:30.</source>
        <translation>{name}：“{text}”不是有效时间。请按 YYYY-MM-DD HH:MM 填写，如 2026-03-12 01:30。</translation>
    </message>
    <message>
        <source>Give either COUNT, the number of zones, or TARGET_SIZE, the size of a zone.</source>
        <translation>请填写 COUNT（分区个数）或 TARGET_SIZE（分区规模）其中之一。</translation>
    </message>
    <message>
        <source>{name} is not greater than 0. Give a greater number.</source>
        <translation>{name} 不大于 0。请填写更大的数。</translation>
    </message>
    <message>
        <source>MIN_SIZE is below 0. Give 0 or more.</source>
        <translation>MIN_SIZE 小于 0。请填写 0 或更大的数。</translation>
    </message>
    <message>
        <source>MIN_SIZE is greater than MAX_SIZE. Swap them.</source>
        <translation>MIN_SIZE 大于 MAX_SIZE。请对调。</translation>
    </message>
    <message>
        <source>“{value}” is not a value of {name}. Choose one of {known}.</source>
        <translation>“{value}”不是 {name} 的取值。请从 {known} 中选择。</translation>
    </message>
    <message>
        <source>There is no metered area “{zone}” to keep (FIXED_ZONES). Check its id.</source>
        <translation>没有要保留的独立计量区“{zone}”（FIXED_ZONES）。请检查编号。</translation>
    </message>
    <message>
        <source>The pipe is closed.</source>
        <translation>该管段已关闭。</translation>
    </message>
    <message>
        <source>The zone was to be kept.</source>
        <translation>该分区要求保留。</translation>
    </message>
    <message>
        <source>Trunk main: its diameter is TRUNK_DN or more.</source>
        <translation>干管：管径不小于 TRUNK_DN。</translation>
    </message>
    <message>
        <source>The part of the network has no way to a source.</source>
        <translation>该部分管网不与任何水源连通。</translation>
    </message>
    <message>
        <source>The part of the network is smaller than MIN_SIZE.</source>
        <translation>该部分管网的规模小于 MIN_SIZE。</translation>
    </message>
    <message>
        <source>Dividing the network: {solution}</source>
        <translation>正在划分管网：{solution}</translation>
    </message>
    <message>
        <source>No division into {count} zones keeps every size between {least} (MIN_SIZE) and {most} (MAX_SIZE). Widen these bounds or change COUNT.</source>
        <translation>划分为 {count} 个分区时，无法使每个规模都在 {least}（MIN_SIZE）与 {most}（MAX_SIZE）之间。请放宽限值或更改 COUNT。</translation>
    </message>
    <message>
        <source>No pipe to divide has a way to a source. Check sources and closed valves of the network.</source>
        <translation>待划分的管段都不与水源连通。请检查管网的水源和关闭的阀门。</translation>
    </message>
    <message>
        <source>The pipes have no {size_by}, so zones have no size. Choose another SIZE_BY.</source>
        <translation>管段没有 {size_by} 数据，无法计算分区规模。请改选 SIZE_BY。</translation>
    </message>
    <message>
        <source>With zones of {mean} on average, MIN_SIZE {least} is greater than MAX_SIZE {most}. Change one of them.</source>
        <translation>分区平均规模为 {mean} 时，MIN_SIZE（{least}）大于 MAX_SIZE（{most}）。请更改其中之一。</translation>
    </message>
    <message>
        <source>No part of the network is as large as the smallest zone, {least} (MIN_SIZE). Lower it.</source>
        <translation>管网各部分都小于最小分区规模 {least}（MIN_SIZE）。请减小该值。</translation>
    </message>
    <message>
        <source>{count} zones are too many: with at least {least} each (MIN_SIZE), at most {most} are possible. Lower COUNT or MIN_SIZE.</source>
        <translation>{count} 个分区过多：每个至少 {least}（MIN_SIZE）时，最多可分 {most} 个。请减小 COUNT 或 MIN_SIZE。</translation>
    </message>
    <message>
        <source>{count} zones are too few: with at most {most} each (MAX_SIZE), at least {least} are needed. Raise COUNT or MAX_SIZE.</source>
        <translation>{count} 个分区过少：每个最多 {most}（MAX_SIZE）时，至少需要 {least} 个。请增大 COUNT 或 MAX_SIZE。</translation>
    </message>
    <message>
        <source>no zone</source>
        <translation>无分区</translation>
    </message>
    <message>
        <source>it can’t be operated</source>
        <translation>无法操作</translation>
    </message>
    <message>
        <source>it is not accessible</source>
        <translation>无法到达</translation>
    </message>
    <message>
        <source>not recorded</source>
        <translation>未记录</translation>
    </message>
    <message>
        <source>others</source>
        <translation>其他</translation>
    </message>
    <message>
        <source>Map of the zero-pressure test</source>
        <translation>零压试验图</translation>
    </message>
    <message>
        <source>Open crossing</source>
        <translation>未计量连通</translation>
    </message>
    <message>
        <source>In the night</source>
        <translation>夜间步骤</translation>
    </message>
    <message>
        <source>Notice</source>
        <translation>停水通知</translation>
    </message>
    <message>
        <source>Back-siphonage</source>
        <translation>倒吸</translation>
    </message>
    <message>
        <source>Zero-pressure test of {zone}</source>
        <translation>{zone}零压试验</translation>
    </message>
    <message>
        <source>Zero-pressure test of {zone}: plan and form</source>
        <translation>{zone}零压试验：方案与记录表</translation>
    </message>
    <message>
        <source>Boundary valves, in walking order: check that each is shut</source>
        <translation>边界阀（按巡走顺序，逐个确认关严）</translation>
    </message>
    <message>
        <source>Pressure gauges</source>
        <translation>压力表</translation>
    </message>
    <message>
        <source>Storage inside the zone: shut off</source>
        <translation>区内池箱：切断</translation>
    </message>
    <message>
        <source>Inlets and outlets: shut last</source>
        <translation>进水口与出水口：最后关闭</translation>
    </message>
    <message>
        <source>Draining points: at the low point, also for flushing</source>
        <translation>泄水点（位于低点，兼作冲洗）</translation>
    </message>
    <message>
        <source>Reopening, slowly</source>
        <translation>缓慢恢复供水</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>步骤</translation>
    </message>
    <message>
        <source>Ground (m)</source>
        <translation>地面（m）</translation>
    </message>
    <message>
        <source>watches {valves}</source>
        <translation>监视 {valves}</translation>
    </message>
    <message>
        <source>no valve found</source>
        <translation>未找到阀门</translation>
    </message>
    <message>
        <source>meter {meter}</source>
        <translation>水表 {meter}</translation>
    </message>
    <message>
        <source>shuts {tank}</source>
        <translation>切断 {tank}</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Date</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Inlet shut at</source>
        <translation>进水口关闭时间</translation>
    </message>
    <message>
        <source>Draining points opened at</source>
        <translation>泄水点打开时间</translation>
    </message>
    <message>
        <source>Draining points shut at (drained)</source>
        <translation>泄水点关闭时间（已泄空）</translation>
    </message>
    <message>
        <source>Verdict: passed / failed / repeat</source>
        <translation>结论：合格 / 不合格 / 重做</translation>
    </message>
    <message>
        <source>Water back on at</source>
        <translation>恢复供水时间</translation>
    </message>
    <message>
        <source>Flushed and sampled by</source>
        <translation>冲洗取样人</translation>
    </message>
    <message>
        <source>Checked by (signature)</source>
        <translation>校核（签字）</translation>
    </message>
    <message>
        <source>Form: pressures (MPa)</source>
        <translation>记录表：压力（MPa）</translation>
    </message>
    <message>
        <source>* outside the zone, for reference. Read every 5 minutes, every minute after draining.</source>
        <translation>* 区外，作参考。每 5 分钟读数一次，泄空后每分钟一次。</translation>
    </message>
    <message>
        <source>Form: to be filled in and signed</source>
        <translation>记录表：填写并签字</translation>
    </message>
    <message>
        <source>Passed: the pressure fell to {p_min} m and rose by {rise} m in {hold} minutes. The zone is closed.</source>
        <translation>合格：压力降到 {p_min} m，{hold} 分钟内回升 {rise} m。分区已封闭。</translation>
    </message>
    <message>
        <source>Failed: the pressure did not fall below {p_min} m ({limit} m is the limit). An inlet is open that the map does not show, or a boundary valve lets much water through. Look for it, then test again.</source>
        <translation>不合格：压力未降到 {p_min} m 以下（限值 {limit} m）。有图上未示的进水口，或某个边界阀大量过水。请查找后重新试验。</translation>
    </message>
    <message>
        <source>Failed: the pressure fell to {p_min} m but rose by {rise} m while the test was held ({most_rise} m is the limit). A boundary valve leaks. Close it tighter or replace it, then test again.</source>
        <translation>不合格：压力降到 {p_min} m，但保压期间回升 {rise} m（限值 {most_rise} m）。有边界阀漏水。请重新关紧或更换后再试。</translation>
    </message>
    <message>
        <source>To be repeated: the gauge outside lost its pressure too, so that nothing was there to leak into the zone.</source>
        <translation>需重做：区外参考表也失压，没有压力可以漏入区内。</translation>
    </message>
    <message>
        <source>To be repeated: the test was held for {hold} minutes, {least_hold} are needed.</source>
        <translation>需重做：保压 {hold} 分钟，需要 {least_hold} 分钟。</translation>
    </message>
    <message>
        <source>Head at the gauges</source>
        <translation>各压力表水头</translation>
    </message>
    <message>
        <source>Zero-pressure test of {zone}: {verdict}</source>
        <translation>{zone}零压试验：{verdict}</translation>
    </message>
    <message>
        <source>Next test due</source>
        <translation>下次试验日期</translation>
    </message>
    <message>
        <source>inside</source>
        <translation>区内</translation>
    </message>
    <message>
        <source>outside</source>
        <translation>区外</translation>
    </message>
    <message>
        <source>Gauge</source>
        <translation>压力表</translation>
    </message>
    <message>
        <source>Where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>First (m)</source>
        <translation>初值（m）</translation>
    </message>
    <message>
        <source>Lowest (m)</source>
        <translation>最低（m）</translation>
    </message>
    <message>
        <source>Last (m)</source>
        <translation>末值（m）</translation>
    </message>
    <message>
        <source>Rise (m)</source>
        <translation>回升（m）</translation>
    </message>
    <message>
        <source>Recovered at</source>
        <translation>开始回升</translation>
    </message>
    <message>
        <source>Rise (m/min)</source>
        <translation>回升（m/min）</translation>
    </message>
    <message>
        <source>Heads are above what is left in the drained zone at the height of each gauge.</source>
        <translation>水头从泄空后各压力表高度处的剩余水头算起。</translation>
    </message>
    <message>
        <source>Gauges</source>
        <translation>压力表</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>次序</translation>
    </message>
    <message>
        <source>Look first at</source>
        <translation>首先查看</translation>
    </message>
    <message>
        <source>The gauge that recovers first is nearest to the valve that leaks.</source>
        <translation>最先回升的压力表离漏水的阀门最近。</translation>
    </message>
    <message>
        <source>Which valve leaks</source>
        <translation>哪个阀门漏水</translation>
    </message>
    <message>
        <source>Head at the gauges (m)</source>
        <translation>各压力表水头（m）</translation>
    </message>
    <message>
        <source>m³/d</source>
        <translation>m³/d</translation>
    </message>
    <message>
        <source>m of pipes</source>
        <translation>m 管长</translation>
    </message>
    <message>
        <source>Meters</source>
        <translation>水表数</translation>
    </message>
    <message>
        <source>New valves</source>
        <translation>新装阀门</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Spread of sizes (%)</source>
        <translation>规模离散程度（%）</translation>
    </message>
    <message>
        <source>Sizes in {unit}. The spread is the standard deviation as a share of the mean. Crossings that are closed or metered already count as no device and cost nothing.</source>
        <translation>规模单位：{unit}。离散程度为标准差占平均值的比例。已关闭或已装表的连通处不计设备，也不计费用。</translation>
    </message>
    <message>
        <source>Solutions compared</source>
        <translation>各划分比较</translation>
    </message>
    <message>
        <source>Size ({unit})</source>
        <translation>规模（{unit}）</translation>
    </message>
    <message>
        <source>Closed crossings</source>
        <translation>关闭的连通处</translation>
    </message>
    <message>
        <source>Zones: {solution}</source>
        <translation>分区：{solution}</translation>
    </message>
    <message>
        <source>meter</source>
        <translation>水表</translation>
    </message>
    <message>
        <source>close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>设备</translation>
    </message>
    <message>
        <source>At node</source>
        <translation>所在节点</translation>
    </message>
    <message>
        <source>From zone</source>
        <translation>流出分区</translation>
    </message>
    <message>
        <source>Into zone</source>
        <translation>流入分区</translation>
    </message>
    <message>
        <source>Existing device</source>
        <translation>已有设备</translation>
    </message>
    <message>
        <source>The first {shown} of {all}; all of them are in OUTPUT_BOUNDARY.</source>
        <translation>仅列前 {shown} 处，共 {all} 处；全部见 OUTPUT_BOUNDARY。</translation>
    </message>
    <message>
        <source>Meters and closed valves</source>
        <translation>水表与关闭的阀门</translation>
    </message>
    <message>
        <source>Pipes with a remark</source>
        <translation>有说明的管段</translation>
    </message>
    <message>
        <source>There are none.</source>
        <translation>无。</translation>
    </message>
    <message>
        <source>{zones} zones with {devices} devices on their boundaries: {meters} meters, {close} valves to close, {new} new valves.</source>
        <translation>{zones} 个分区，边界设备 {devices} 处：水表 {meters} 处，关闭已有阀门 {close} 处，新装阀门 {new} 处。</translation>
    </message>
    <message>
        <source>Pressure</source>
        <translation>压力</translation>
    </message>
    <message>
        <source>Metered areas proposed</source>
        <translation>独立计量区划分方案</translation>
    </message>
    <message>
        <source>verdict {old} → {new}</source>
        <translation>结论 {old} → {new}</translation>
    </message>
    <message>
        <source>{label} {old} → {new}</source>
        <translation>{label} {old} → {new}</translation>
    </message>
    <message>
        <source>{count} new findings</source>
        <translation>新增问题 {count} 个</translation>
    </message>
    <message>
        <source>{count} findings gone</source>
        <translation>消除问题 {count} 个</translation>
    </message>
    <message>
        <source>Outlets</source>
        <translation>出水口</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>连通片</translation>
    </message>
    <message>
        <source>Valves of unknown state</source>
        <translation>状态不明阀门</translation>
    </message>
    <message>
        <source>{valid} of {count} metered areas are valid, {broken} are not, and {unknown} can’t be proven.</source>
        <translation>{count} 个计量分区中 {valid} 个有效，{broken} 个无效，{unknown} 个无法证明。</translation>
    </message>
    <message>
        <source>Crossings without a node, duplicates, assets off their pipes and polygons (T3 to T5, D9, D10) are listed as the last check of the network found them. Pressures (D13) are not checked.</source>
        <translation>无节点交叉、重复管段、设施脱离管线及分区面问题（T3 至 T5、D9、D10）取自最近一次管网检查的结果。压力（D13）未核算。</translation>
    </message>
    <message>
        <source>All metered areas</source>
        <translation>全部计量分区</translation>
    </message>
    <message>
        <source>Since the last check: {changes}.</source>
        <translation>与上次检查相比：{changes}。</translation>
    </message>
    <message>
        <source>What follows</source>
        <translation>由此引起</translation>
    </message>
    <message>
        <source>Further metered areas</source>
        <translation>其余计量分区</translation>
    </message>
    <message>
        <source>{count} more, {zones} and others, are in the output.</source>
        <translation>另有 {count} 个（{zones} 等）见输出图层。</translation>
    </message>
    <message>
        <source>Check of metered areas</source>
        <translation>计量分区检查报告</translation>
    </message>
    <message>
        <source>a joint</source>
        <translation>连接点</translation>
    </message>
    <message>
        <source>Meter here, into the zone</source>
        <translation>在此装表（流入）</translation>
    </message>
    <message>
        <source>Meter here, out of the zone</source>
        <translation>在此装表（流出）</translation>
    </message>
    <message>
        <source>Close here</source>
        <translation>在此关阀</translation>
    </message>
    <message>
        <source>Close here with a new valve</source>
        <translation>在此新装阀门并关闭</translation>
    </message>
    <message>
        <source>Remove the meter</source>
        <translation>移除水表</translation>
    </message>
    <message>
        <source>Unlock {zone}</source>
        <translation>解锁 {zone}</translation>
    </message>
    <message>
        <source>Lock {zone}</source>
        <translation>锁定 {zone}</translation>
    </message>
    <message>
        <source>Draw {zone}</source>
        <translation>绘制 {zone}</translation>
    </message>
    <message>
        <source>Why?</source>
        <translation>原因？</translation>
    </message>
    <message>
        <source>Valve segment</source>
        <translation>阀门分段</translation>
    </message>
    <message>
        <source>Draw metered areas on the map and see at each click whether they are closed.</source>
        <translation>在图上绘制独立计量区，每单击一次即可看出是否封闭。</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>绘制</translation>
    </message>
    <message>
        <source>DMA</source>
        <translation>分区计量</translation>
    </message>
    <message>
        <source>What one click takes</source>
        <translation>单击一次选取的范围</translation>
    </message>
    <message>
        <source>What is drawn on; the network itself stays as it is</source>
        <translation>正在绘制的方案；管网现状不变</translation>
    </message>
    <message>
        <source>Go on in a new scenario</source>
        <translation>另建方案继续绘制</translation>
    </message>
    <message>
        <source>Store the scenario (Enter)</source>
        <translation>保存方案（回车）</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>现状</translation>
    </message>
    <message>
        <source>Draw a new zone</source>
        <translation>绘制新分区</translation>
    </message>
    <message>
        <source>Findings ({n})</source>
        <translation>问题（{n}）</translation>
    </message>
    <message>
        <source>Are the zones closed?</source>
        <translation>核查各分区是否封闭</translation>
    </message>
    <message>
        <source>Propose…</source>
        <translation>生成方案…</translation>
    </message>
    <message>
        <source>Three solutions to compare</source>
        <translation>三个方案对比</translation>
    </message>
    <message>
        <source>Test plan…</source>
        <translation>试验方案…</translation>
    </message>
    <message>
        <source>Zero-pressure test of the chosen zone, as a PDF</source>
        <translation>所选分区的零压试验方案（PDF）</translation>
    </message>
    <message>
        <source>Choose a zone of the list first: its test is planned.</source>
        <translation>请先在列表中选一个分区，再编制其试验方案。</translation>
    </message>
    <message>
        <source>test plan of {zone}</source>
        <translation>{zone}零压试验方案</translation>
    </message>
    <message>
        <source>Save the test plan</source>
        <translation>保存试验方案</translation>
    </message>
    <message>
        <source>What you drew in {name} is not stored yet.</source>
        <translation>“{name}”中绘制的内容尚未保存。</translation>
    </message>
    <message>
        <source>Save and leave</source>
        <translation>保存并退出</translation>
    </message>
    <message>
        <source>Leave without saving</source>
        <translation>不保存退出</translation>
    </message>
    <message>
        <source>Go on drawing</source>
        <translation>继续绘制</translation>
    </message>
    <message>
        <source>{zone} is locked. Unlock it to change it.</source>
        <translation>{zone} 已锁定，解锁后方可修改。</translation>
    </message>
    <message numerus="yes">
        <source>%n open crossing(s)</source>
        <translation>
            <numerusform>未计量连通 %n 处</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n loose part(s)</source>
        <translation>
            <numerusform>孤立片 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n doubtful valve(s)</source>
        <translation>
            <numerusform>存疑阀门 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n inlet(s)</source>
        <translation>
            <numerusform>进水口 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n outlet(s)</source>
        <translation>
            <numerusform>出水口 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n household(s)</source>
        <translation>
            <numerusform>%n 户</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) to install</source>
        <translation>
            <numerusform>需装设备 %n 处</numerusform>
        </translation>
    </message>
    <message>
        <source>about {flow} m³/h at night</source>
        <translation>夜间约 {flow} m³/h</translation>
    </message>
    <message>
        <source>Plan {letter}</source>
        <translation>方案 {letter}</translation>
    </message>
    <message>
        <source>Storing a scenario</source>
        <translation>正在保存方案</translation>
    </message>
    <message numerus="yes">
        <source>{name} is adopted: %n pipe(s) have another zone.</source>
        <translation>
            <numerusform>“{name}”已采用，%n 段管段改属其他分区。</numerusform>
        </translation>
    </message>
    <message>
        <source>Adopting a scenario</source>
        <translation>正在采用方案</translation>
    </message>
    <message>
        <source>Show on the map what is counted</source>
        <translation>在图上显示所计对象</translation>
    </message>
    <message>
        <source>A click changes nothing here.</source>
        <translation>此处单击无变化。</translation>
    </message>
    <message>
        <source>Click: {changes}</source>
        <translation>单击：{changes}</translation>
    </message>
    <message>
        <source>Click adds, Ctrl takes out, Shift floods, right click: meter, close, lock</source>
        <translation>单击加入，Ctrl 移出，Shift 蔓延选取，右键：装表、关阀、锁定</translation>
    </message>
    <message>
        <source>Propose</source>
        <translation>生成方案</translation>
    </message>
    <message>
        <source>Every zone is one piece and fed by at most so many inlets; nothing changes in the network.</source>
        <translation>每个分区自成一片，进水口不超过所定数目；管网数据不变。</translation>
    </message>
    <message>
        <source>alike in</source>
        <translation>均衡依据</translation>
    </message>
    <message>
        <source>at most</source>
        <translation>进水口不超过</translation>
    </message>
    <message>
        <source>inlets</source>
        <translation>个</translation>
    </message>
    <message>
        <source>Click a card to see the solution on the map.</source>
        <translation>单击卡片，在图上查看该方案。</translation>
    </message>
    <message>
        <source>Proposal: {count} zones, {solution}</source>
        <translation>方案：{count} 个分区，{solution}</translation>
    </message>
    <message>
        <source>Keep as a scenario</source>
        <translation>存为方案</translation>
    </message>
    <message>
        <source>of these meters</source>
        <translation>其中水表</translation>
    </message>
    <message>
        <source>Valid metered areas: {valid} of {all}.</source>
        <translation>{all} 个独立计量区中 {valid} 个有效。</translation>
    </message>
    <message>
        <source>Unmetered</source>
        <translation>未计量</translation>
    </message>
    <message>
        <source>Doubtful</source>
        <translation>存疑</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>Outlet</source>
        <translation>出水口</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>In</source>
        <comment>inlets, a short heading</comment>
        <translation>进水</translation>
    </message>
    <message>
        <source>Open</source>
        <comment>open crossings, a short heading</comment>
        <translation>连通</translation>
    </message>
    <message>
        <source>locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Beyond</source>
        <translation>对侧</translation>
    </message>
    <message>
        <source>{zone} does not end here: all open pipes of this node are on one side.</source>
        <translation>此处不是 {zone} 的边界：该节点的通水管段都在同一侧。</translation>
    </message>
    <message>
        <source>Open crossing: at {node} water passes between {zone} and {beyond} through {pipes} without a meter. Put a meter there or close it.</source>
        <translation>未计量连通：{zone} 与{beyond}在 {node} 处经 {pipes} 相通而无水表。请在此装表或关阀。</translation>
    </message>
    <message>
        <source>Doubtful: nobody knows whether the valve {node} between {zone} and {beyond} is closed. Look at it and record its state.</source>
        <translation>存疑：{zone} 与{beyond}之间的阀门 {node} 启闭状态不明。请到现场查看并记录。</translation>
    </message>
    <message>
        <source>Closed: the valve {node} parts {zone} from {beyond}.</source>
        <translation>已关闭：阀门 {node} 将 {zone} 与{beyond}隔开。</translation>
    </message>
    <message>
        <source>Inlet: the meter at {node} measures what flows from {beyond} into {zone}.</source>
        <translation>进水口：{node} 处水表计量由{beyond}流入 {zone} 的水量。</translation>
    </message>
    <message>
        <source>Outlet: the meter at {node} measures what flows out of {zone} into {beyond}.</source>
        <translation>出水口：{node} 处水表计量由 {zone} 流入{beyond}的水量。</translation>
    </message>
    <message numerus="yes">
        <source>%n zone(s)</source>
        <translation>
            <numerusform>%n 个分区</numerusform>
        </translation>
    </message>
    <message>
        <source>{zone}: no pipes yet</source>
        <translation>{zone}：尚无管段</translation>
    </message>
    <message numerus="yes">
        <source>{zone}: %n open crossing(s)</source>
        <translation>
            <numerusform>{zone}：未计量连通 %n 处</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{zone}: %n loose part(s)</source>
        <translation>
            <numerusform>{zone}：孤立片 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{zone}: closed but for %n doubtful valve(s)</source>
        <translation>
            <numerusform>{zone}：除 %n 个存疑阀门外均已封闭</numerusform>
        </translation>
    </message>
    <message>
        <source>{zone}: closed, without an inlet</source>
        <translation>{zone}：已封闭，但无进水口</translation>
    </message>
    <message>
        <source>{zone}: closed, {km}</source>
        <translation>{zone}：已封闭，{km}</translation>
    </message>
    <message>
        <source>Draw DMA</source>
        <translation>绘制独立计量区</translation>
    </message>
    <message>
        <source>Draw metered areas by clicks and see whether they are closed</source>
        <translation>单击绘制独立计量区，随时看出是否封闭</translation>
    </message>
    <message>
        <source>Draw…</source>
        <translation>绘制…</translation>
    </message>
    <message>
        <source>Shows whether the metered areas are closed, once one is drawn.</source>
        <translation>绘制独立计量区后，此处显示其是否封闭。</translation>
    </message>
    <message>
        <source>{valid} of {all} valid</source>
        <translation>{all} 个中 {valid} 个有效</translation>
    </message>
    <message>
        <source>Click for the list of metered areas, and for them on the map.</source>
        <translation>单击查看独立计量区列表并在图上显示。</translation>
    </message>
    <message>
        <source>Check whether all metered areas are closed</source>
        <translation>核查全部独立计量区是否封闭</translation>
    </message>
    <message>
        <source>Not checked yet</source>
        <translation>尚未核查</translation>
    </message>
    <message>
        <source>{n} not valid</source>
        <translation>无效 {n} 个</translation>
    </message>
    <message>
        <source>{n} not provable</source>
        <translation>无法证明 {n} 个</translation>
    </message>
    <message>
        <source>{n} not checked</source>
        <translation>未核查 {n} 个</translation>
    </message>
    <message>
        <source>{n} to be tested again</source>
        <translation>需重测 {n} 个</translation>
    </message>
    <message>
        <source>Valid: connected inside, fed through meters, every other crossing closed.</source>
        <translation>有效：内部连通，经水表进水，其余连通处均已关闭。</translation>
    </message>
    <message>
        <source>Choose the scenario to adopt.</source>
        <translation>请选择要采用的方案。</translation>
    </message>
    <message>
        <source>The scenario “{name}” has been adopted already. Branch a new one from the network.</source>
        <translation>方案“{name}”已采用。请从现状管网新建方案。</translation>
    </message>
    <message>
        <source>The scenario “{name}” differs in nothing from the network.</source>
        <translation>方案“{name}”与现状管网没有差别。</translation>
    </message>
    <message>
        <source>Scenario adopted: {name}</source>
        <translation>采用方案：{name}</translation>
    </message>
    <message>
        <source>The scenario puts pipes into {zones}, which is not a metered area in use. Draw it first.</source>
        <translation>方案把管段划入 {zones}，但它不是在用的独立计量区。请先划出该区。</translation>
    </message>
    <message>
        <source>These zones lie in each other: {zones}. Correct their parent zones in the scenario.</source>
        <translation>这些分区互为上级：{zones}。请在方案中更正其上级分区。</translation>
    </message>
    <message numerus="yes">
        <source>{table}: %n row(s) of the scenario&apos;s areas changed in the network since it was branched, such as {names}. Check these areas again.</source>
        <translation>
            <numerusform>{table}：方案建立以来，其分区内有 %n 行在管网中被改动，例如 {names}。请重新检查这些分区。</numerusform>
        </translation>
    </message>
    <message>
        <source>{table}: too much changed in the network since the scenario was branched to be listed. Check its areas again.</source>
        <translation>{table}：方案建立以来管网改动过多，无法逐一列出。请重新检查其各分区。</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) of the scenario are no longer in the network, such as {names}.</source>
        <translation>
            <numerusform>方案中有 %n 条管段已不在管网中，例如 {names}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Judging the metered areas</source>
        <translation>正在判定计量分区</translation>
    </message>
    <message>
        <source>This network has no metered area: no zone in use is of the kind dma. Draw one first, or adopt the zones that you have.</source>
        <translation>管网中没有计量分区：在用分区均非 dma 类型。请先划定分区，或将已有分区入库。</translation>
    </message>
    <message>
        <source>Finding the metered areas</source>
        <translation>正在识别计量分区</translation>
    </message>
    <message>
        <source>Drawing the outlines</source>
        <translation>正在生成分区面</translation>
    </message>
    <message>
        <source>No node of this network is a boundary meter: none in use measures into or out of a zone. Enter the zones of the meters, or draw from a polygon or pipes.</source>
        <translation>管网中没有边界水表：在用节点均未填写流入或流出分区。请填写水表的分区，或按面、按管段划定。</translation>
    </message>
    <message>
        <source>There is no metered area {zones}. Give ids of zones of the kind dma, or none for all.</source>
        <translation>没有计量分区 {zones}。请填写类型为 dma 的分区编号，留空表示全部。</translation>
    </message>
    <message>
        <source>Give the id of the metered area in ZONE; one that does not exist yet is made.</source>
        <translation>请在 ZONE 中填写计量分区编号，不存在时将新建。</translation>
    </message>
    <message>
        <source>{zone} is a zone of another kind or out of use. Give another id in ZONE.</source>
        <translation>{zone} 是其他类型或已停用的分区，请在 ZONE 中另填编号。</translation>
    </message>
    <message>
        <source>INPUT holds no polygon. Give a layer of polygons in INPUT.</source>
        <translation>INPUT 中没有面，请在 INPUT 中给出面图层。</translation>
    </message>
    <message>
        <source>{pipes}: not pipes of drinking or raw water in use. Correct INPUT.</source>
        <translation>{pipes} 不是在用的给水或原水管段，请更正 INPUT。</translation>
    </message>
    <message>
        <source>No pipe of drinking or raw water in use lies there, so nothing can be drawn.</source>
        <translation>该处没有在用的给水或原水管段，无法划定分区。</translation>
    </message>
    <message>
        <source>Meters contradict each other round {count} patches, nothing was assigned there: {pipes}. Check the zones that these meters measure into and out of.</source>
        <translation>{count} 个片区周边的水表相互矛盾，未予划分：{pipes}。请核对这些水表的流入、流出分区。</translation>
    </message>
    <message>
        <source>The meters round {count} patches fit two answers, nothing was assigned there: {pipes}. Connect them to a source, or draw them from pipes.</source>
        <translation>{count} 个片区周边的水表有两种解释，未予划分：{pipes}。请与水源连通，或按管段划定。</translation>
    </message>
    <message>
        <source>Zone {zone} is to be tested again: “{asset}” on its boundary was changed after the test.</source>
        <translation>分区 {zone} 需重测：试验之后，边界上的“{asset}”有变动。</translation>
    </message>
    <message>
        <source>Zone {zone} is to be tested again: pipe “{asset}” on its boundary was changed after the test.</source>
        <translation>分区 {zone} 需重测：试验之后，边界管段“{asset}”有变动。</translation>
    </message>
    <message>
        <source>Zone {zone} is to be tested again: pipes came into it or left it after the test (“{asset}”).</source>
        <translation>分区 {zone} 需重测：试验之后，有管段划入或划出（“{asset}”）。</translation>
    </message>
    <message>
        <source>Zone {zone} is to be tested again: pipe “{asset}” joins it to what is outside since the test.</source>
        <translation>分区 {zone} 需重测：试验之后，管段“{asset}”使分区与区外相通。</translation>
    </message>
    <message>
        <source>Looking for changed boundaries</source>
        <translation>正在查找变动的边界</translation>
    </message>
    <message>
        <source>Zones to be tested again</source>
        <translation>标记需重测的分区</translation>
    </message>
    <message>
        <source>Give the zone to be tested: its id, in ZONE.</source>
        <translation>请在 ZONE 中填写要试验的分区编号。</translation>
    </message>
    <message>
        <source>Planning the test</source>
        <translation>正在编制试验方案</translation>
    </message>
    <message>
        <source>This network has no metered areas. Draw one, or adopt them, before a test is planned.</source>
        <translation>本管网没有计量区。请先划分或导入，再编制试验方案。</translation>
    </message>
    <message>
        <source>There is no metered area “{zone}”. This network has: {known}.</source>
        <translation>没有计量区“{zone}”。本管网有：{known}。</translation>
    </message>
    <message>
        <source>Zone “{zone}” has no pipe of drinking or raw water in use: there is nothing to test. Assign its pipes first.</source>
        <translation>分区“{zone}”没有在用的饮用水或原水管段，无可试验。请先划入管段。</translation>
    </message>
    <message>
        <source>{valves} boundary valves, {inlets} meters to shut off, {customers} customers without water</source>
        <translation>边界阀 {valves} 个，需切断水表 {inlets} 块，停水用户 {customers} 户</translation>
    </message>
    <message>
        <source>Give the zone in ZONE and the times of the test in START and END.</source>
        <translation>请在 ZONE 中填写分区，在 START 和 END 中填写试验时间。</translation>
    </message>
    <message>
        <source>Judging the test</source>
        <translation>正在判定试验</translation>
    </message>
    <message>
        <source>Record a zero-pressure test of {zone}</source>
        <translation>记录 {zone} 零压试验</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a time zone. Write one such as Asia/Shanghai.</source>
        <translation>参数 {key}：“{value}”不是时区名称。请填写如 Asia/Shanghai 的名称。</translation>
    </message>
    <message>
        <source>FAULT_NODE: there is no node “{node}” in this network. Give the id of the valve.</source>
        <translation>FAULT_NODE：本管网没有节点“{node}”。请填写阀门编号。</translation>
    </message>
    <message>
        <source>No node of this network is called {gauges}. Write the gauges by the ids of their nodes.</source>
        <translation>本管网没有名为 {gauges} 的节点。请用节点编号填写压力表。</translation>
    </message>
    <message>
        <source>Planned gauges without readings: {gauges}.</source>
        <translation>方案中以下压力表没有读数：{gauges}。</translation>
    </message>
    <message>
        <source>No gauge outside was read: whether the supply failed meanwhile is not known.</source>
        <translation>没有区外压力表读数：试验期间供水是否中断不明。</translation>
    </message>
    <message>
        <source>The map still shows the zone open at {nodes}, the gauges say that it is closed. Correct the map there.</source>
        <translation>图上分区在 {nodes} 处仍未封闭，而压力表表明已封闭。请更正图面。</translation>
    </message>
    <message>
        <source>Several scenarios are called “{scenario}”: {ids}. Give the id of one.</source>
        <translation>有多个方案名为“{scenario}”：{ids}。请填写其中一个的编号。</translation>
    </message>
    <message>
        <source>There is no scenario “{scenario}”. This network has: {known}.</source>
        <translation>没有方案“{scenario}”。本管网有：{known}。</translation>
    </message>
    <message>
        <source>Open valve {node} on pipe {pipe}.</source>
        <translation>开启管段 {pipe} 上的阀门 {node}。</translation>
    </message>
    <message>
        <source>There is no scenario {scenario} in this network.</source>
        <translation>本管网中没有方案 {scenario}。</translation>
    </message>
    <message>
        <source>DMA scenario {name}</source>
        <translation>分区方案 {name}</translation>
    </message>
    <message>
        <source>columns and tables for metered areas and leakage</source>
        <translation>独立计量区与漏损所需的字段和表</translation>
    </message>
    <message>
        <source>Store verdicts, figures and findings, in one batch. Otherwise they are listed only.</source>
        <translation>将结论、指标和问题保存为一个批次，否则仅列出。</translation>
    </message>
    <message>
        <source>Hydraulics not checked: {reason}</source>
        <translation>未作水力计算：{reason}</translation>
    </message>
    <message>
        <source>lowest pressure {pressure} m; {share} % of the demand falls below {service} m</source>
        <translation>最低水头 {pressure} m；{share} % 的需水量降至 {service} m 以下</translation>
    </message>
    <message>
        <source>closing makes no dead ends</source>
        <translation>关闭后不产生新的死水端</translation>
    </message>
    <message>
        <source>dead ends made by closing: {count}; water age there is {hours} h at least, all the run</source>
        <translation>关闭后新增死水端 {count} 处；水龄至少 {hours} h（已达模拟时长）</translation>
    </message>
    <message>
        <source>dead ends made by closing: {count}; water age there up to {hours} h</source>
        <translation>关闭后新增死水端 {count} 处；水龄最高 {hours} h</translation>
    </message>
    <message>
        <source>No node of the model has a demand.</source>
        <translation>模型中没有节点有需水量。</translation>
    </message>
    <message>
        <source>{engine} found no pressures.</source>
        <translation>{engine} 未算出压力。</translation>
    </message>
    <message>
        <source>Pipe {id} is not in the model.</source>
        <translation>管道 {id} 不在模型中。</translation>
    </message>
    <message>
        <source>Closing valves can lower the pressure: test the plan with a model first.</source>
        <translation>关阀可能降低压力：关闭任何阀门之前，请先用模型检验方案。</translation>
    </message>
    <message>
        <source>Lowest pressure now (m)</source>
        <translation>现状最低水头 (m)</translation>
    </message>
    <message>
        <source>Lowest pressure then (m)</source>
        <translation>关闭后最低水头 (m)</translation>
    </message>
    <message>
        <source>Demand falling below (%)</source>
        <translation>降至限值以下的需水量 (%)</translation>
    </message>
    <message>
        <source>Nodes falling below</source>
        <translation>降至限值以下的节点</translation>
    </message>
    <message>
        <source>Dead ends</source>
        <translation>死水端</translation>
    </message>
    <message>
        <source>Computed by {engine} at the start of the model, at nodes with a demand; below {service} m counts. The model is the imported file with what was edited since.</source>
        <translation>由 {engine} 按模型起始时刻计算，只计有需水量的节点；低于 {service} m 者计入。模型为导入的文件加上此后的修改。</translation>
    </message>
    <message>
        <source>Draft</source>
        <comment>state of a zone, short</comment>
        <translation>拟划</translation>
    </message>
    <message>
        <source>Proven</source>
        <comment>state of a zone, short</comment>
        <translation>已验证</translation>
    </message>
    <message>
        <source>In use</source>
        <comment>state of a zone, short</comment>
        <translation>运行</translation>
    </message>
    <message>
        <source>Retired</source>
        <comment>state of a zone, short</comment>
        <translation>停用</translation>
    </message>
    <message>
        <source>No EPANET model is kept with the network, which was not imported from one.</source>
        <translation>管网不是由 EPANET 文件导入的，没有随管网保存的模型。</translation>
    </message>
    <message>
        <source>No EPANET engine is installed (Python package wntr).</source>
        <translation>未安装 EPANET 计算引擎（Python 包 wntr）。</translation>
    </message>
    <message>
        <source>Computing pressures</source>
        <translation>正在计算压力</translation>
    </message>
    <message>
        <source>{engine} failed: {error}.</source>
        <translation>{engine} 计算失败：{error}。</translation>
    </message>
    <message>
        <source>EPANET reads other nodes of the model than WaterNet.</source>
        <translation>EPANET 读取的模型节点与 WaterNet 不一致。</translation>
    </message>
    <message>
        <source>The model does not balance at its start.</source>
        <translation>模型在起始时刻不收敛。</translation>
    </message>
    <message>
        <source>water stands still in closed pipes: {count}, {length} m</source>
        <translation>关闭后水不流动的管段 {count} 条，共 {length} m</translation>
    </message>
    <message>
        <source>Pipe {pipe} has a size of {largest} and a zone may have {most} at most (MAX_SIZE). Ask for fewer zones or a greater MAX_SIZE, or divide the pipe.</source>
        <translation>管段 {pipe} 的规模为 {largest}，而分区最大为 {most}（MAX_SIZE）。请减少分区个数、增大 MAX_SIZE，或拆分该管段。</translation>
    </message>
    <message>
        <source>To be repeated: no gauge in the zone read {reference} m or more before the zone was drained. Begin the readings before the inlet is shut, and check that the gauges are open.</source>
        <translation>需重做：泄水之前，区内压力表读数均未达到 {reference} m。请在关闭进水口之前开始读数，并检查压力表是否已开启。</translation>
    </message>
    <message>
        <source>What was to be shut</source>
        <translation>应关闭的阀门</translation>
    </message>
    <message>
        <source>limit {limit} m</source>
        <translation>限值 {limit} m</translation>
    </message>
    <message>
        <source>New</source>
        <comment>of a zone in a comparison</comment>
        <translation>新增</translation>
    </message>
    <message>
        <source>Given up</source>
        <comment>of a zone in a comparison</comment>
        <translation>取消</translation>
    </message>
    <message>
        <source>Changed</source>
        <comment>of a zone in a comparison</comment>
        <translation>改变</translation>
    </message>
    <message>
        <source>At night, m³/h</source>
        <translation>夜间 m³/h</translation>
    </message>
    <message>
        <source>Before</source>
        <comment>of a comparison</comment>
        <translation>前</translation>
    </message>
    <message>
        <source>After</source>
        <comment>of a comparison</comment>
        <translation>后</translation>
    </message>
    <message>
        <source>Only in</source>
        <translation>仅见于</translation>
    </message>
    <message>
        <source>Between</source>
        <translation>分区之间</translation>
    </message>
    <message>
        <source>Cost</source>
        <comment>of devices</comment>
        <translation>费用</translation>
    </message>
    <message>
        <source>not on the map</source>
        <translation>图上没有</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) change zone, {length}</source>
        <translation>
            <numerusform>%n 条管段改变分区，共 {length}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n device(s) differ</source>
        <translation>
            <numerusform>%n 处设备不同</numerusform>
        </translation>
    </message>
    <message>
        <source>cost {before} → {after}</source>
        <translation>费用 {before} → {after}</translation>
    </message>
    <message>
        <source>Both are alike.</source>
        <translation>两者相同。</translation>
    </message>
    <message>
        <source>Compare scenarios</source>
        <translation>方案比较</translation>
    </message>
    <message>
        <source>Swap before and after</source>
        <translation>前后对调</translation>
    </message>
    <message>
        <source>Pipes that change zone ({n})</source>
        <translation>改变分区的管段（{n}）</translation>
    </message>
    <message>
        <source>Devices ({n})</source>
        <translation>设备（{n}）</translation>
    </message>
    <message>
        <source>Changed in the network since ({n})</source>
        <translation>其间管网改动（{n}）</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>试验</translation>
    </message>
    <message>
        <source>The network was edited and is being read. Click again in a moment.</source>
        <translation>管网已被编辑，正在重新读取，请稍后再单击。</translation>
    </message>
    <message>
        <source>Keep mine as a new scenario</source>
        <translation>将我的另存为新方案</translation>
    </message>
    <message>
        <source>Discard mine</source>
        <translation>放弃我的</translation>
    </message>
    <message>
        <source>Show what is stored</source>
        <translation>显示已保存的</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>比较…</translation>
    </message>
    <message>
        <source>Compare with the network as it is or with another scenario</source>
        <translation>与管网现状或另一方案比较</translation>
    </message>
    <message>
        <source>Adopt</source>
        <comment>a scenario</comment>
        <translation>采用</translation>
    </message>
    <message>
        <source>Leaking valve</source>
        <translation>漏水阀门</translation>
    </message>
    <message>
        <source>{valves}?</source>
        <translation>{valves}？</translation>
    </message>
    <message>
        <source>{field}: {before} → {after}</source>
        <translation>{field}：{before} → {after}</translation>
    </message>
    <message>
        <source>{by}, {at}</source>
        <translation>{by}，{at}</translation>
    </message>
    <message>
        <source>{zone} was never tested. Plan a zero-pressure test: it proves whether the zone is closed.</source>
        <translation>{zone} 尚未做过零压试验。请编制试验方案，以验证分区是否封闭。</translation>
    </message>
    <message>
        <source>{zone} is to be tested again: the last test failed. Repair the valve that leaks first.</source>
        <translation>{zone} 需重测：上次试验不合格。请先修复漏水的阀门。</translation>
    </message>
    <message>
        <source>{zone} is to be tested again.</source>
        <translation>{zone} 需重测。</translation>
    </message>
    <message>
        <source>{zone} is to be tested again: {by} marked it so on {at}.</source>
        <translation>{zone} 需重测：由 {by} 于 {at} 标记。</translation>
    </message>
    <message>
        <source>{zone}: the last test proves nothing and is to be repeated.</source>
        <translation>{zone}：上次试验结果无效，需重做。</translation>
    </message>
    <message>
        <source>{zone} is proven closed: nothing on its boundary has changed since the test.</source>
        <translation>{zone} 已验证封闭：试验之后边界没有变动。</translation>
    </message>
    <message>
        <source>{zone} is proven closed: nothing on its boundary has changed since the test. The next one is due on {day}.</source>
        <translation>{zone} 已验证封闭：试验之后边界没有变动。下次试验日期：{day}。</translation>
    </message>
    <message>
        <source>Record a test…</source>
        <translation>记录试验…</translation>
    </message>
    <message>
        <source>Judge a test by the readings of its gauges, imported or typed in</source>
        <translation>按压力表读数（导入或填写）判定试验结论</translation>
    </message>
    <message>
        <source>Choose a zone of the list to see its tests.</source>
        <translation>请在列表中选择分区，查看其试验。</translation>
    </message>
    <message>
        <source>Reading the tests</source>
        <translation>正在读取试验记录</translation>
    </message>
    <message>
        <source>Choose a zone of the list first: its test is recorded.</source>
        <translation>请先在列表中选择分区，再记录其试验。</translation>
    </message>
    <message>
        <source>Choose two different scenarios to compare.</source>
        <translation>请选择两个不同的方案进行比较。</translation>
    </message>
    <message>
        <source>“{name}” was deleted, or its storing was undone, since you opened it. Nothing was written.</source>
        <translation>“{name}”打开后已被删除，或其保存已被撤销。未写入任何内容。</translation>
    </message>
    <message>
        <source>“{name}” was adopted by {who} since you opened it. Nothing was written.</source>
        <translation>“{name}”打开后已由 {who} 采用。未写入任何内容。</translation>
    </message>
    <message>
        <source>“{name}” was stored by {who} in another window since you opened it. Nothing was written.</source>
        <translation>“{name}”打开后已由 {who} 在另一窗口保存。未写入任何内容。</translation>
    </message>
    <message>
        <source>On the map: the colour of the new zone, that of the old one dashed.</source>
        <translation>图上为新分区的颜色，虚线为原分区的颜色。</translation>
    </message>
    <message>
        <source>Zones ({n})</source>
        <translation>分区（{n}）</translation>
    </message>
    <message>
        <source>Night flow and leak alarms</source>
        <translation>夜间流量与漏损报警</translation>
    </message>
    <message>
        <source>Computes the net inflow of every metered area at night, less legitimate night use and background leakage, and where it rose for good: since when, by how much, at once or slowly. Weekly patterns and changes common to most areas are removed first; each alarm uses only the nights up to its own date. Readings are those of the boundary meters, quantity flow_m3h or counter_m3; no pipe is needed.</source>
        <translation>计算各独立计量区的夜间净进水量，扣除夜间正常用水和背景漏失，并指出何处持续升高：从何时起、升高多少、突升还是缓升。已先扣除星期规律和多数分区的共同变化；每个报警只使用截至其日期的夜间数据。监测数据取自边界水表，指标为 flow_m3h 或 counter_m3；无需管段。</translation>
    </message>
    <message>
        <source>Ids of the zones to tell of, separated by commas. Empty: all of them.</source>
        <translation>要计算的分区编号，以逗号分隔；留空为全部。</translation>
    </message>
    <message>
        <source>First night as YYYY-MM-DD, the date of its morning; empty: all.</source>
        <translation>首夜日期，写作 YYYY-MM-DD（以次日早晨计）；留空为全部。</translation>
    </message>
    <message>
        <source>Last night as YYYY-MM-DD; later readings are not looked at.</source>
        <translation>末夜日期，写作 YYYY-MM-DD；其后的数据不使用。</translation>
    </message>
    <message>
        <source>Night window</source>
        <translation>夜间时段</translation>
    </message>
    <message>
        <source>Store nights and alarms, in one batch. Otherwise they are listed only.</source>
        <translation>将各夜结果与报警作为一个批次保存；否则仅列出。</translation>
    </message>
    <message>
        <source>Nights</source>
        <translation>各夜结果</translation>
    </message>
    <message>
        <source>Every night of every zone; unknown where readings are missing.</source>
        <translation>各分区逐夜结果；缺数据处为未知。</translation>
    </message>
    <message>
        <source>Alarms</source>
        <translation>报警</translation>
    </message>
    <message>
        <source>Lasting rises of night flow, those that ended among them.</source>
        <translation>夜间流量的持续升高，含已结束的。</translation>
    </message>
    <message>
        <source>Alarms with their reasons, and the state of every zone; figures in a .json file next to it.</source>
        <translation>报警及其依据、各分区状态；数值见同名 .json 文件。</translation>
    </message>
    <message>
        <source>Nights with values</source>
        <translation>有值夜数</translation>
    </message>
    <message>
        <source>Open alarms</source>
        <translation>未解除报警数</translation>
    </message>
    <message>
        <source>{name}: “{text}” is not a span of clock times. Write it as HH:MM-HH:MM, such as 02:00-05:00.</source>
        <translation>{name}：“{text}”不是有效的时段，请写作 HH:MM-HH:MM，如 02:00-05:00。</translation>
    </message>
    <message>
        <source>{name}: {text} is not a night. Give a span of one to twelve hours, such as 02:00-05:00.</source>
        <translation>{name}：{text} 不能作为夜间时段，请给出 1～12 小时的时段，如 02:00-05:00。</translation>
    </message>
    <message>
        <source>readings cover {share} % of the window</source>
        <translation>时段内数据完整率 {share} %</translation>
    </message>
    <message>
        <source>the zone was shut down</source>
        <translation>分区停水</translation>
    </message>
    <message>
        <source>alarm since {since}, {rise} m³/h more than before</source>
        <translation>自 {since} 起报警，比此前高 {rise} m³/h</translation>
    </message>
    <message>
        <source>{deviations} times the usual variation above the nights before</source>
        <translation>比此前各夜高出正常波动的 {deviations} 倍</translation>
    </message>
    <message>
        <source>the other zones rose alike, as weather or a holiday makes them</source>
        <translation>其他分区同样升高，应为天气或节假日影响</translation>
    </message>
    <message>
        <source>zone {zone} fell by as much: water came another way, such as through a valve between both</source>
        <translation>分区 {zone} 等量回落：水经别的途径流入，如两区之间的阀门</translation>
    </message>
    <message>
        <source>zone {zone} inside it rose by as much</source>
        <translation>其下分区 {zone} 等量升高</translation>
    </message>
    <message>
        <source>night flow rose by {rise} m³/h from {before} m³/h at once, on {since}</source>
        <translation>夜间流量于 {since} 由 {before} m³/h 突升 {rise} m³/h</translation>
    </message>
    <message>
        <source>night flow rose slowly by {rise} m³/h from {before} m³/h, since {since}</source>
        <translation>夜间流量自 {since} 起由 {before} m³/h 缓升 {rise} m³/h</translation>
    </message>
    <message>
        <source>this is {deviations} times the usual variation of the zone, weekdays taken off</source>
        <translation>扣除星期规律后，为该分区正常波动的 {deviations} 倍</translation>
    </message>
    <message>
        <source>whole days rose too, by {rise} m³/h: it runs all day</source>
        <translation>全日流量同样升高 {rise} m³/h，昼夜持续</translation>
    </message>
    <message>
        <source>whole days did not rise: it may be use at night</source>
        <translation>全日流量未升高，可能是夜间用水</translation>
    </message>
    <message>
        <source>the other zones changed by {share} % at the same time, which is taken off</source>
        <translation>其他分区同期变化 {share} %，已扣除</translation>
    </message>
    <message>
        <source>too few other zones to tell it from weather</source>
        <translation>其他分区太少，无法排除天气影响</translation>
    </message>
    <message>
        <source>no other zone fell by as much</source>
        <translation>没有其他分区等量回落</translation>
    </message>
    <message>
        <source>night flow fell back on {on} after a repair</source>
        <translation>修复后夜间流量于 {on} 回落</translation>
    </message>
    <message>
        <source>night flow fell back on {on}</source>
        <translation>夜间流量于 {on} 回落</translation>
    </message>
    <message>
        <source>{zones} metered areas, {nights} nights with values, {missing} without.</source>
        <translation>独立计量区 {zones} 个，有值夜数 {nights}，无值夜数 {missing}。</translation>
    </message>
    <message>
        <source>No alarm is open.</source>
        <translation>无未解除的报警。</translation>
    </message>
    <message numerus="yes">
        <source>%n alarm(s) are open: {alarms}.</source>
        <translation>
            <numerusform>未解除报警 %n 条：{alarms}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Night flow of metered areas</source>
        <translation>独立计量区夜间流量</translation>
    </message>
    <message>
        <source>Raised on</source>
        <translation>报警日期</translation>
    </message>
    <message>
        <source>Ended on</source>
        <translation>结束日期</translation>
    </message>
    <message>
        <source>Rise (m³/h)</source>
        <translation>升高量（m³/h）</translation>
    </message>
    <message>
        <source>No lasting rise of night flow was found.</source>
        <translation>未发现夜间流量持续升高。</translation>
    </message>
    <message>
        <source>The first {count} of {whole}; the others are in the output.</source>
        <translation>仅列前 {count} 条，共 {whole} 条，其余见输出表。</translation>
    </message>
    <message>
        <source>Last night</source>
        <translation>最近一夜</translation>
    </message>
    <message>
        <source>Mean of the window (m³/h)</source>
        <translation>时段平均流量（m³/h）</translation>
    </message>
    <message>
        <source>Lowest hour (m³/h)</source>
        <translation>最小小时流量（m³/h）</translation>
    </message>
    <message>
        <source>Night use (m³/h)</source>
        <translation>夜间正常用水量（m³/h）</translation>
    </message>
    <message>
        <source>Leakage (m³/h)</source>
        <translation>夜间漏失流量（m³/h）</translation>
    </message>
    <message>
        <source>Background (m³/h)</source>
        <translation>背景漏失流量（m³/h）</translation>
    </message>
    <message>
        <source>Excess (m³/h)</source>
        <translation>可控漏失流量（m³/h）</translation>
    </message>
    <message>
        <source>Nights without value</source>
        <translation>无值夜数</translation>
    </message>
    <message>
        <source>Night flow</source>
        <translation>夜间流量</translation>
    </message>
    <message>
        <source>Night use as measured: {zones}.</source>
        <translation>夜间正常用水量采用实测值：{zones}。</translation>
    </message>
    <message>
        <source>Night use is not known, and so no leakage: {zones}.</source>
        <translation>夜间正常用水量未知，故无漏失流量：{zones}。</translation>
    </message>
    <message>
        <source>Night pressure is not measured and taken from the settings: {zones}.</source>
        <translation>无夜间压力实测值，采用参数值：{zones}。</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>How it was reckoned</source>
        <translation>计算依据</translation>
    </message>
    <message>
        <source>FROM ({first}) is after TO ({last}). Give them the other way round.</source>
        <translation>FROM（{first}）晚于 TO（{last}），请对调。</translation>
    </message>
    <message>
        <source>Reading zones and readings</source>
        <translation>正在读取分区和监测数据</translation>
    </message>
    <message>
        <source>Computing night flow</source>
        <translation>正在计算夜间流量</translation>
    </message>
    <message>
        <source>Looking for leaks</source>
        <translation>正在查找漏损</translation>
    </message>
    <message>
        <source>No night from {first} to {last} has readings. Readings run from {begin} to {end}.</source>
        <translation>{first} 至 {last} 没有监测数据。现有数据为 {begin} 至 {end}，请改用其中的日期。</translation>
    </message>
    <message>
        <source>All of it is stored already: nothing was written.</source>
        <translation>结果均已保存，未再写入。</translation>
    </message>
    <message>
        <source>No metered area has a boundary meter. Give the nodes of its meters the zones that they measure into and out of (meter_in, meter_out).</source>
        <translation>各独立计量区均无边界水表。请为水表节点填写流入分区和流出分区（meter_in、meter_out）。</translation>
    </message>
    <message>
        <source>There is no reading of flow or of a counter of the boundary meters {meters}. Adopt readings with the ids of these nodes, quantity flow_m3h or counter_m3.</source>
        <translation>边界水表 {meters} 没有流量或累计读数。请导入以这些节点编号为测点的监测数据，指标为 flow_m3h 或 counter_m3。</translation>
    </message>
    <message>
        <source>Without a boundary meter, and so without night flow: {zones}.</source>
        <translation>无边界水表，故无夜间流量：{zones}。</translation>
    </message>
    <message>
        <source>No readings of the meters {meters}: no night flow of {zones}.</source>
        <translation>水表 {meters} 没有监测数据，{zones} 无夜间流量。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) of the future or of before 1970 are left out, of the meters {meters}.</source>
        <translation>
            <numerusform>已略去时间在未来或早于 1970 年的读数 %n 条，涉及水表：{meters}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Moments that were read twice, of which the last reading counts, at the meters {meters}.</source>
        <translation>同一时刻有重复读数，取最后一个，涉及水表：{meters}。</translation>
    </message>
    <message>
        <source>Counters that run backwards, taken as reset, at the meters {meters}.</source>
        <translation>累计读数变小，视为清零或换表，涉及水表：{meters}。</translation>
    </message>
    <message>
        <source>A single reading tells no flow: the meters {meters}.</source>
        <translation>仅有一个读数，无法得出流量，涉及水表：{meters}。</translation>
    </message>
    <message>
        <source>Narrow a leak down to pipes</source>
        <translation>漏点范围缩小到管段</translation>
    </message>
    <message>
        <source>Ranks the pipes of a leak alarm&apos;s zone, or of a zone, by the chance that they leak, with the reasons. It begins with the failures that the newest assessment expects, by length where there is none; step tests, noise sensors, repairs and searches since the leak began make pipes likely or unlikely. A step test is read from readings: quantity valve_open of the valves (0 shut, 1 open) and the flow of the zone&apos;s meters. Nothing is written.</source>
        <translation>按漏水可能性对报警所在分区（或指定分区）的管段排序，并说明依据。先按最近一次评估的预期故障数（无评估则按长度）计；漏水开始后的逐段关阀试验、噪声记录仪、修复和探漏使各管段的可能性升高或降低。逐段关阀试验取自监测数据：阀门的 valve_open（0 关，1 开）和分区水表的流量。不写入任何数据。</translation>
    </message>
    <message>
        <source>Leak alarm</source>
        <translation>漏损报警</translation>
    </message>
    <message>
        <source>Id of the alarm, as night flow gives it; or give ZONE.</source>
        <translation>报警编号（由夜间流量计算给出）；或填写 ZONE。</translation>
    </message>
    <message>
        <source>Id of the zone; its newest open alarm tells since when it leaks.</source>
        <translation>分区编号；漏水开始时间取自其最近的未解除报警。</translation>
    </message>
    <message>
        <source>The pipes of the zone, most likely first; their chances sum to 1.</source>
        <translation>分区的管段，可能性大的在前；可能性之和为 1。</translation>
    </message>
    <message>
        <source>The pipes to search first, and the ledger of searches; figures in a .json file next to it.</source>
        <translation>优先探查的管段和探漏台账；数值在同名 .json 文件中。</translation>
    </message>
    <message>
        <source>Length left to search (m)</source>
        <translation>待探查长度（m）</translation>
    </message>
    <message>
        <source>Most likely pipe</source>
        <translation>最可能的管段</translation>
    </message>
    <message>
        <source>Water balance</source>
        <translation>水量平衡分析</translation>
    </message>
    <message>
        <source>Tells supply, consumption and loss of a period from the table of volumes: the whole network with the leakage rate of CJJ 92 (R1 to R4) and the index of the IWA, every metered area with the loss between levels, and bulk meters of compounds against the meters inside. Bills count by the share of their days in the period. A meter without volumes counts by its readings.</source>
        <translation>根据水量表计算一个时段的供水、用水和漏损：全网按 CJJ 92 计算漏损率（R1～R4 修正）和 IWA 漏失指数，各独立计量区计算漏损和级间漏损，小区比较总表与分表。抄表水量按天数比例计入时段。水表无水量时取其监测数据。</translation>
    </message>
    <message>
        <source>First day as YYYY-MM-DD; empty: the first day of supplied volumes.</source>
        <translation>起始日期，格式 YYYY-MM-DD；留空为供水量数据的首日。</translation>
    </message>
    <message>
        <source>Last day as YYYY-MM-DD, included; empty: the last day of supplied volumes.</source>
        <translation>截止日期（含），格式 YYYY-MM-DD；留空为供水量数据的末日。</translation>
    </message>
    <message>
        <source>Ids of the zones to tell of, separated by commas. Empty: the whole network and all zones.</source>
        <translation>要计算的分区编号，以逗号分隔；留空为全网和全部分区。</translation>
    </message>
    <message>
        <source>Share read at households</source>
        <translation>居民抄表到户水量占比</translation>
    </message>
    <message>
        <source>Residential consumption read at the meters of households as a share of supply (0-1), for R1.</source>
        <translation>居民抄表到户用水量占供水总量的比例（0-1），用于 R1。</translation>
    </message>
    <message>
        <source>Mean pressure (MPa)</source>
        <translation>平均压力（MPa）</translation>
    </message>
    <message>
        <source>Yearly mean pressure at the outlets of the plants in MPa, for R3 and the leakage index.</source>
        <translation>年平均出厂压力（MPa），用于 R3 和漏失指数。</translation>
    </message>
    <message>
        <source>Depth of frost (m)</source>
        <translation>最大冻土深度（m）</translation>
    </message>
    <message>
        <source>Greatest depth of frost in m, for R4.</source>
        <translation>最大冻土深度（m），用于 R4。</translation>
    </message>
    <message>
        <source>Told by</source>
        <translation>分时段</translation>
    </message>
    <message>
        <source>Breakdown: month, quarter or year.</source>
        <translation>分列：按月、季或年。</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月</translation>
    </message>
    <message>
        <source>Quarter</source>
        <translation>季</translation>
    </message>
    <message>
        <source>Balance</source>
        <translation>平衡表</translation>
    </message>
    <message>
        <source>The whole network (zone_id is empty) and every zone below its parent.</source>
        <translation>全网（zone_id 为空）和各分区，下级列于上级之后。</translation>
    </message>
    <message>
        <source>Periods</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>The same for every month, quarter or year of the period.</source>
        <translation>时段内各月、各季或各年的同样内容。</translation>
    </message>
    <message>
        <source>Compounds</source>
        <translation>小区</translation>
    </message>
    <message>
        <source>Bulk meters of compounds against the meters of the customers inside.</source>
        <translation>小区总表与小区内用户水表的对比。</translation>
    </message>
    <message>
        <source>Rates, balances and levels as a page; figures in a .json file next to it.</source>
        <translation>漏损率、平衡表和分级表，网页格式；数值在同名 .json 文件中。</translation>
    </message>
    <message>
        <source>Workbook</source>
        <translation>工作簿</translation>
    </message>
    <message>
        <source>All rows as sheets of an .xlsx.</source>
        <translation>全部结果，.xlsx 各工作表。</translation>
    </message>
    <message>
        <source>Leakage table as a PDF</source>
        <translation>漏损报表（PDF）</translation>
    </message>
    <message>
        <source>The leakage table to print and sign, as a .pdf.</source>
        <translation>可打印签字的漏损报表，.pdf。</translation>
    </message>
    <message>
        <source>Leakage rate R_WL (%)</source>
        <translation>综合漏损率 R_WL（%）</translation>
    </message>
    <message>
        <source>Correction R1 (%)</source>
        <translation>修正值 R1（%）</translation>
    </message>
    <message>
        <source>Correction R2 (%)</source>
        <translation>修正值 R2（%）</translation>
    </message>
    <message>
        <source>Correction R3 (%)</source>
        <translation>修正值 R3（%）</translation>
    </message>
    <message>
        <source>Correction R4 (%)</source>
        <translation>修正值 R4（%）</translation>
    </message>
    <message>
        <source>Assessed leakage rate R_BL (%)</source>
        <translation>漏损率 R_BL（%）</translation>
    </message>
    <message>
        <source>Leakage index (ILI)</source>
        <translation>漏失指数（ILI）</translation>
    </message>
    <message>
        <source>Metered areas with leakage</source>
        <translation>独立计量区漏损状态</translation>
    </message>
    <message>
        <source>“meters” of {column} must be the id of a node, or {example}.</source>
        <translation>{column} 的“meters”应为一个节点编号，或写成 {example}。</translation>
    </message>
    <message>
        <source>“reversed” must be a list of ids of meters.</source>
        <translation>“reversed”应为水表编号的列表。</translation>
    </message>
    <message>
        <source>“units” of readings are those of {names}; “{name}” is none of them.</source>
        <translation>监测数据的“units”只能是 {names} 的单位；“{name}”不在其中。</translation>
    </message>
    <message>
        <source>{quantity} is not measured in “{unit}”; use one such as {units}.</source>
        <translation>{quantity}的单位不能是“{unit}”；请用 {units} 等单位。</translation>
    </message>
    <message>
        <source>Only readings have {names}; leave them out.</source>
        <translation>只有监测数据才有 {names}；请删去。</translation>
    </message>
    <message>
        <source>“meters” of {column}: there is no quantity {name}; it is one of {known}.</source>
        <translation>{column} 的“meters”：没有监测指标 {name}；应为 {known} 之一。</translation>
    </message>
    <message>
        <source>With “meters” each column is a meter: leave {names} out of “fields”.</source>
        <translation>使用“meters”时每列是一块水表：请从“fields”中删去 {names}。</translation>
    </message>
    <message>
        <source>row {row}, {column}: {value}</source>
        <translation>第 {row} 行，{column}：{value}</translation>
    </message>
    <message>
        <source>The mapping gives no {field}. Give its column in “fields”.</source>
        <translation>字段对应中没有{field}。请在“fields”中给出其列名。</translation>
    </message>
    <message>
        <source>The unit of {quantities} is not given: a number alone may be {units}. Give it in the mapping, for example {example}.</source>
        <translation>未给出{quantities}的单位：数值可能是 {units}。请在字段对应中给出，例如 {example}。</translation>
    </message>
    <message>
        <source>“reversed” names {meters}, of which the file has no readings. Correct the mapping.</source>
        <translation>“reversed”中的 {meters} 在文件里没有读数。请修改字段对应。</translation>
    </message>
    <message>
        <source>A counter has no sense to turn: {meters}. Take them out of “reversed” and exchange the zones that the meter measures into and out of (meter_in, meter_out).</source>
        <translation>累计读数没有方向可反：{meters}。请从“reversed”中删去，并互换水表的流入分区和流出分区（meter_in、meter_out）。</translation>
    </message>
    <message>
        <source>The mapping does not say what {column} measures. Give “quantity” in “defaults”.</source>
        <translation>字段对应未说明 {column} 测的是什么。请在“defaults”中给出“quantity”。</translation>
    </message>
    <message>
        <source>Day and month of the times may be swapped. Say which comes first in the mapping: {example}.</source>
        <translation>时间中的日和月可能颠倒。请在字段对应中说明哪个在前：{example}。</translation>
    </message>
    <message>
        <source>The row names no meter.</source>
        <translation>该行没有水表编号。</translation>
    </message>
    <message>
        <source>The meter is not a node of the network.</source>
        <translation>该水表不是管网中的节点。</translation>
    </message>
    <message>
        <source>The row has no time.</source>
        <translation>该行没有时间。</translation>
    </message>
    <message>
        <source>The time can&apos;t be read as a date with a clock time.</source>
        <translation>时间不能识别为日期和钟点。</translation>
    </message>
    <message>
        <source>The clock skips this time on the day it is set forward.</source>
        <translation>时钟拨快当天没有这一时刻。</translation>
    </message>
    <message>
        <source>The time is in the future or before 1970.</source>
        <translation>时间在未来或早于 1970 年。</translation>
    </message>
    <message>
        <source>The row has no value.</source>
        <translation>该行没有数值。</translation>
    </message>
    <message>
        <source>The value is not a number.</source>
        <translation>数值不是数字。</translation>
    </message>
    <message>
        <source>The file has a later row of the same meter and moment, which is used.</source>
        <translation>文件中同一水表同一时刻另有后面的一行，以后者为准。</translation>
    </message>
    <message>
        <source>This reading is already in the network.</source>
        <translation>该读数已在管网中。</translation>
    </message>
    <message>
        <source>The network has another value of the same meter and moment, which stays.</source>
        <translation>管网中同一水表同一时刻已有另一数值，保留原值。</translation>
    </message>
    <message>
        <source>The mapping gives the quantity no meaning.</source>
        <translation>字段对应没有说明该指标的含义。</translation>
    </message>
    <message numerus="yes">
        <source>All %n reading(s) that can be used are already in the network: this file was adopted before. Nothing was added.</source>
        <translation>
            <numerusform>可用的 %n 条读数均已在管网中：该文件已入库过。未新增任何数据。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) are already in the network and were not added again.</source>
        <translation>
            <numerusform>%n 条读数已在管网中，未重复入库。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) differ from those in the network of the same moment, which stay: {meters}. To replace them, undo the batch that brought them.</source>
        <translation>
            <numerusform>%n 条读数与管网中同一时刻的数值不同，保留原值：{meters}。如要替换，请撤销原来入库的批次。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) come again for the same moment; the last one of the file is used: {meters}.</source>
        <translation>
            <numerusform>%n 条读数在同一时刻重复，以文件中最后一条为准：{meters}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) in the future or before 1970 were left out: {meters}. Check the clock of the meter.</source>
        <translation>
            <numerusform>%n 条读数的时间在未来或早于 1970 年，未入库：{meters}。请检查水表时钟。</numerusform>
        </translation>
    </message>
    <message>
        <source>Columns without any value: {columns}.</source>
        <translation>没有任何数值的列：{columns}。</translation>
    </message>
    <message numerus="yes">
        <source>%n gap(s) in the readings of {meters}; the longest is {hours:.1f} h at {worst}.</source>
        <translation>
            <numerusform>{meters} 的读数有 %n 处缺失；最长 {hours:.1f} 小时，在 {worst}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Counters run backwards %n time(s), taken as reset or exchanged: {meters}.</source>
        <translation>
            <numerusform>累计读数倒走 %n 次，按清零或换表处理：{meters}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Values that stand still for long, %n time(s), up to {hours:.0f} h: {meters}. Check these meters.</source>
        <translation>
            <numerusform>数值长时间不变 %n 次，最长 {hours:.0f} 小时：{meters}。请检查这些水表。</numerusform>
        </translation>
    </message>
    <message>
        <source>Most flow of the meters {meters} is below zero. If they measure against their sense, name them in “reversed” of the mapping.</source>
        <translation>水表 {meters} 的流量大多小于零。如装反，请在字段对应的“reversed”中列出。</translation>
    </message>
    <message>
        <source>Times without an offset were read by the clocks of {zone}.</source>
        <translation>没有时差的时间按 {zone} 的时钟读取。</translation>
    </message>
    <message>
        <source>Times without an offset were read by the clocks of {zone}, the setting of the network; give “time_zone” in the mapping for others.</source>
        <translation>没有时差的时间按管网参数 {zone} 的时钟读取；如用其他时区，请在字段对应中给出“time_zone”。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) have a clock time that comes twice because clocks are set back: the second of two is winter time.</source>
        <translation>
            <numerusform>%n 条读数的钟点因时钟拨慢而出现两次：后一次按冬令时。</numerusform>
        </translation>
    </message>
    <message>
        <source>The unit of the file is not known: the values are taken as {quantities}. Give their unit.</source>
        <translation>文件的单位未知：数值按 {quantities} 处理。请给出单位。</translation>
    </message>
    <message>
        <source>{times} times the failures per km that are expected of the zone&apos;s pipes, on {length} m</source>
        <translation>每公里预期故障数为分区管段平均值的 {times} 倍，长 {length} m</translation>
    </message>
    <message>
        <source>by its length of {length} m: it has no assessment</source>
        <translation>无健康评估，按长度 {length} m 计</translation>
    </message>
    <message>
        <source>night flow fell by {fall} m³/h when it was shut off in the step test of {night}</source>
        <translation>{night} 逐段关阀试验中关断该段时夜间流量下降 {fall} m³/h</translation>
    </message>
    <message>
        <source>shut off in the step test of {night}, and the leak ran on</source>
        <translation>{night} 逐段关阀试验中已关断，漏量未减</translation>
    </message>
    <message>
        <source>had water in the step test of {night} while the leak did not run</source>
        <translation>{night} 逐段关阀试验中该段有水而漏量消失</translation>
    </message>
    <message>
        <source>noise sensor {sensor} near it hears {level} dB, {rise} dB more than before</source>
        <translation>附近噪声记录仪 {sensor} 为 {level} dB，比以前高 {rise} dB</translation>
    </message>
    <message>
        <source>noise sensor {sensor} near it hears {level} dB</source>
        <translation>附近噪声记录仪 {sensor} 为 {level} dB</translation>
    </message>
    <message>
        <source>noise sensor {sensor} near it hears no leak ({level} dB)</source>
        <translation>附近噪声记录仪 {sensor} 未听到漏水（{level} dB）</translation>
    </message>
    <message>
        <source>searched on {on} without finding a leak ({method})</source>
        <translation>{on} 探漏未查出漏点（{method}）</translation>
    </message>
    <message>
        <source>repaired on {on}, and the alarm went on</source>
        <translation>{on} 已修复，报警未解除</translation>
    </message>
    <message>
        <source>repaired on {on}, just before the alarm ended</source>
        <translation>{on} 修复，随后报警解除</translation>
    </message>
    <message>
        <source>the alarm ended when pipe {pipe} was repaired on {on}</source>
        <translation>{on} 管段 {pipe} 修复后报警解除</translation>
    </message>
    <message>
        <source>zone {zone} inside is measured by itself and did not rise</source>
        <translation>区内分区 {zone} 单独计量，流量未升高</translation>
    </message>
    <message>
        <source>Write a step a line: day, from-to and its valves.</source>
        <translation>请每行写一步：日期、起止时刻和阀门。</translation>
    </message>
    <message>
        <source>The step “{line}” can't be read. Write day, from-to and valves, such as “2026-03-12 01:30-02:00 FM-0012, FM-0015”.</source>
        <translation>无法读取关阀步骤“{line}”。请写日期、起止时刻和阀门，例如“2026-03-12 01:30-02:00 FM-0012, FM-0015”。</translation>
    </message>
    <message>
        <source>The step “{line}” names no valve. Write the ids of the valves that were shut.</source>
        <translation>关阀步骤“{line}”没有阀门。请填写所关阀门的编号。</translation>
    </message>
    <message>
        <source>{pipes} were not merged: {pipe} has no length; it joins {nodes}. Keep it, or delete it by itself.</source>
        <translation>{pipes} 未合并：{pipe} 没有长度，它连接 {nodes}。请保留它，或单独删除它。</translation>
    </message>
    <message>
        <source>no meter is named</source>
        <translation>没有水表编号</translation>
    </message>
    <message>
        <source>the meter is not a node of the network</source>
        <translation>水表不是管网中的节点</translation>
    </message>
    <message>
        <source>no time</source>
        <translation>没有时间</translation>
    </message>
    <message>
        <source>a time that can&apos;t be read</source>
        <translation>时间无法识别</translation>
    </message>
    <message>
        <source>a time that clocks skip when they are set forward</source>
        <translation>时钟拨快时跳过的时刻</translation>
    </message>
    <message>
        <source>a time in the future or before 1970</source>
        <translation>时间在未来或早于 1970 年</translation>
    </message>
    <message>
        <source>no value</source>
        <translation>没有数值</translation>
    </message>
    <message>
        <source>a value that is not a number</source>
        <translation>数值不是数字</translation>
    </message>
    <message>
        <source>a later row of the same meter and moment is used</source>
        <translation>同一水表同一时刻采用后面的一行</translation>
    </message>
    <message>
        <source>readings that are already in the network</source>
        <translation>管网中已有的读数</translation>
    </message>
    <message>
        <source>the network has another value of the same meter and moment</source>
        <translation>管网中同一水表同一时刻已有另一数值</translation>
    </message>
    <message>
        <source>a quantity without a meaning</source>
        <translation>含义不明的指标</translation>
    </message>
    <message>
        <source>{n} gap(s), up to {hours:.1f} h</source>
        <translation>缺失 {n} 处，最长 {hours:.1f} 小时</translation>
    </message>
    <message>
        <source>{n} time(s) backwards</source>
        <translation>倒走 {n} 次</translation>
    </message>
    <message>
        <source>stood still for {hours:.0f} h</source>
        <translation>{hours:.0f} 小时不变</translation>
    </message>
    <message>
        <source>{n} below zero</source>
        <translation>{n} 个小于零</translation>
    </message>
    <message>
        <source>a single reading</source>
        <translation>只有一条读数</translation>
    </message>
    <message>
        <source>Meter</source>
        <translation>水表</translation>
    </message>
    <message>
        <source>Quantity</source>
        <translation>监测指标</translation>
    </message>
    <message>
        <source>Readings</source>
        <translation>读数</translation>
    </message>
    <message>
        <source>First (UTC)</source>
        <translation>最早（UTC）</translation>
    </message>
    <message>
        <source>Last (UTC)</source>
        <translation>最晚（UTC）</translation>
    </message>
    <message>
        <source>Last value</source>
        <translation>最后值</translation>
    </message>
    <message>
        <source>Usual step (min)</source>
        <translation>常用间隔（分钟）</translation>
    </message>
    <message>
        <source>What looks wrong</source>
        <translation>异常情况</translation>
    </message>
    <message>
        <source>The first {n} of {all} are listed.</source>
        <translation>共 {all} 项，列出前 {n} 项。</translation>
    </message>
    <message>
        <source>whole network</source>
        <translation>全部管网</translation>
    </message>
    <message>
        <source>Supply is not known, and so no loss: {zones}. A meter has no volume and no reading.</source>
        <translation>供水量不明，无法计算漏损：{zones}。有水表既无水量也无监测数据。</translation>
    </message>
    <message>
        <source>Supply covers less than {share} % of the days, so loss is not told: {zones}. Choose a period that the volumes cover.</source>
        <translation>供水量覆盖天数不足 {share} %，不计算漏损：{zones}。请选择有水量数据的时段。</translation>
    </message>
    <message>
        <source>Supply does not cover all days: {zones}.</source>
        <translation>供水量未覆盖全部天数：{zones}。</translation>
    </message>
    <message>
        <source>No consumption is known, and so no loss: {zones}. Adopt the bills of their customers.</source>
        <translation>用水量不明，无法计算漏损：{zones}。请将其用户的抄表水量入库。</translation>
    </message>
    <message>
        <source>Bills cover {share} % of the days of the customers who have any: the days that are missing count as loss.</source>
        <translation>有抄表记录的用户，其记录仅覆盖 {share} % 的天数；缺少的天数会计为漏损。</translation>
    </message>
    <message>
        <source>More consumption than supply: {zones}. Look for a meter of wrong sense or unit, an open boundary valve, or bills of another period.</source>
        <translation>用水量大于供水量：{zones}。请检查水表方向和单位、边界阀是否关严，以及抄表时段是否一致。</translation>
    </message>
    <message>
        <source>No apparent losses are given: all loss counts as real.</source>
        <translation>未提供计量损失，全部漏损计为漏失水量。</translation>
    </message>
    <message>
        <source>Volumes that name a zone count in it and in the zones above, not in the whole network: give each volume once, in the deepest zone.</source>
        <translation>只写分区的水量计入该分区及其上级，不计入全网；同一水量只填一次，填在最下级分区。</translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) are left out for lack of a first and a last day in this order.</source>
        <translation>
            <numerusform>%n 条水量缺少起止日期或次序颠倒，未计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) are left out: the volume is not a number.</source>
        <translation>
            <numerusform>%n 条水量不是数值，未计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) are left out: the component is not known.</source>
        <translation>
            <numerusform>%n 条水量的分项无法识别，未计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) are left out: the zone is not a metered area.</source>
        <translation>
            <numerusform>%n 条水量所属分区不是独立计量区，未计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) are of customers that are not in this network: only a zone that the row itself names is counted.</source>
        <translation>
            <numerusform>%n 条水量的用户不在管网中，仅按记录自带的分区计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) have a first day before the last day of an earlier one of the same customer or meter: the days in common count twice.</source>
        <translation>
            <numerusform>%n 条水量的起始日期早于同一用户或水表前一条的截止日期，重叠天数被重复计算。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not given, so their correction of the leakage rate is 0: {names}.</source>
        <translation>以下参数未填，相应修正值按 0 计：{names}。</translation>
    </message>
    <message>
        <source>{length} km of mains have no diameter and do not count in R2.</source>
        <translation>{length} km 管道无管径，未计入 R2。</translation>
    </message>
    <message>
        <source>meets level 1 ({limit} %)</source>
        <translation>达到一级（{limit} %）</translation>
    </message>
    <message>
        <source>meets level 2 ({limit} %)</source>
        <translation>达到二级（{limit} %）</translation>
    </message>
    <message>
        <source>above the limit of {limit} %</source>
        <translation>超过 {limit} % 的限值</translation>
    </message>
    <message>
        <source>ILI {value}, band {band}.</source>
        <translation>漏失指数（ILI）{value}，{band} 级。</translation>
    </message>
    <message>
        <source>{count} connections</source>
        <translation>接户点 {count} 个</translation>
    </message>
    <message>
        <source>{count} connections per km</source>
        <translation>每公里接户点 {count} 个</translation>
    </message>
    <message>
        <source>{head} m of pressure</source>
        <translation>水头 {head} m</translation>
    </message>
    <message>
        <source>ILI {value}, outside the range of the method ({reasons}): not to be judged by.</source>
        <translation>漏失指数（ILI）{value}，超出方法适用范围（{reasons}），不作评定。</translation>
    </message>
    <message>
        <source>System input volume</source>
        <translation>供水总量</translation>
    </message>
    <message>
        <source>Authorised consumption</source>
        <translation>注册用户用水量</translation>
    </message>
    <message>
        <source>Water losses</source>
        <translation>漏损水量</translation>
    </message>
    <message>
        <source>Real losses that are measured or estimated</source>
        <translation>漏失水量（已测定或估算）</translation>
    </message>
    <message>
        <source>Metering losses</source>
        <translation>计量损失水量</translation>
    </message>
    <message>
        <source>Other losses</source>
        <translation>其他损失水量</translation>
    </message>
    <message>
        <source>Water volume (m³)</source>
        <translation>水量（m³）</translation>
    </message>
    <message>
        <source>Share of supply (%)</source>
        <translation>占供水量（%）</translation>
    </message>
    <message>
        <source>Balance after CJJ 92</source>
        <translation>水量平衡表（CJJ 92）</translation>
    </message>
    <message>
        <source>Revenue water (billed)</source>
        <translation>收益水量（计费）</translation>
    </message>
    <message>
        <source>Unbilled authorised consumption</source>
        <translation>免费用水量</translation>
    </message>
    <message>
        <source>Apparent losses</source>
        <translation>计量损失（表观漏损）</translation>
    </message>
    <message>
        <source>Real losses</source>
        <translation>漏失水量（真实漏损）</translation>
    </message>
    <message>
        <source>Non-revenue water</source>
        <translation>产销差水量</translation>
    </message>
    <message>
        <source>Balance after the IWA</source>
        <translation>水量平衡表（IWA）</translation>
    </message>
    <message>
        <source>All losses</source>
        <translation>综合漏损率</translation>
    </message>
    <message>
        <source>Metering at households</source>
        <translation>居民抄表到户修正</translation>
    </message>
    <message>
        <source>Mean pressure at the plants</source>
        <translation>年平均出厂压力修正</translation>
    </message>
    <message>
        <source>Depth of frost</source>
        <translation>最大冻土深度</translation>
    </message>
    <message>
        <source>Assessed leakage rate</source>
        <translation>漏损率（评定值）</translation>
    </message>
    <message>
        <source>Sign</source>
        <translation>符号</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>含义</translation>
    </message>
    <message>
        <source>The standard assesses years; this period is shorter.</source>
        <translation>标准按年度评定，本时段不足一年。</translation>
    </message>
    <message>
        <source>Leakage rate (CJJ 92-2016, 2018 revision)</source>
        <translation>漏损率（CJJ 92-2016，2018 年局部修订）</translation>
    </message>
    <message>
        <source>Supply (m³)</source>
        <translation>供水量（m³）</translation>
    </message>
    <message>
        <source>Billed (m³)</source>
        <translation>计费用水量（m³）</translation>
    </message>
    <message>
        <source>Authorised (m³)</source>
        <translation>注册用户用水量（m³）</translation>
    </message>
    <message>
        <source>Loss (m³)</source>
        <translation>漏损水量（m³）</translation>
    </message>
    <message>
        <source>Loss (%)</source>
        <translation>漏损率（%）</translation>
    </message>
    <message>
        <source>Between levels (m³)</source>
        <translation>级间漏损（m³）</translation>
    </message>
    <message>
        <source>Days (%)</source>
        <translation>天数（%）</translation>
    </message>
    <message>
        <source>Between levels: supply less that of the zones directly below and less the consumption of own customers. Days: share of the days that the meters cover.</source>
        <translation>级间漏损：本级供水量减去下一级各分区供水量和本级直接用户用水量。天数：水表数据覆盖天数的比例。</translation>
    </message>
    <message>
        <source>Metered areas by level</source>
        <translation>分级计量漏损表</translation>
    </message>
    <message>
        <source>Loss by period (% of supply)</source>
        <translation>各时段漏损率（占供水量 %）</translation>
    </message>
    <message>
        <source>Bulk meter (m³)</source>
        <translation>总表水量（m³）</translation>
    </message>
    <message>
        <source>Sub-meters (m³)</source>
        <translation>分表水量（m³）</translation>
    </message>
    <message>
        <source>Difference (m³)</source>
        <translation>总分表差（m³）</translation>
    </message>
    <message>
        <source>Difference (%)</source>
        <translation>总分表差（%）</translation>
    </message>
    <message>
        <source>Above {limit} %</source>
        <translation>超过 {limit} %</translation>
    </message>
    <message>
        <source>Bulk meters of compounds against sub-meters</source>
        <translation>小区总分表对比</translation>
    </message>
    <message>
        <source>Most likely pipe {pipe}: {chance} %.</source>
        <translation>最可能的管段 {pipe}：{chance} %。</translation>
    </message>
    <message>
        <source>{share} % of the chance lies on {left} m of the {length} m of zone {zone}.</source>
        <translation>分区 {zone} 管长 {length} m，其中 {left} m 占 {share} % 的可能性。</translation>
    </message>
    <message>
        <source>Pipes that may leak: zone {zone}</source>
        <translation>可能漏水的管段：分区 {zone}</translation>
    </message>
    <message>
        <source>Pipes that may leak: alarm {alarm}, zone {zone}</source>
        <translation>可能漏水的管段：报警 {alarm}，分区 {zone}</translation>
    </message>
    <message>
        <source>Rank</source>
        <translation>名次</translation>
    </message>
    <message>
        <source>Chance (%)</source>
        <translation>可能性（%）</translation>
    </message>
    <message>
        <source>Search these pipes first</source>
        <translation>优先探查的管段</translation>
    </message>
    <message>
        <source>Length to search until the leak is found</source>
        <translation>查出漏点所需探查的长度</translation>
    </message>
    <message>
        <source>Share of the length (%)</source>
        <translation>长度占比（%）</translation>
    </message>
    <message>
        <source>Chance that it is found (%)</source>
        <translation>查出可能性（%）</translation>
    </message>
    <message>
        <source>Ledger of leak searches</source>
        <translation>探漏台账</translation>
    </message>
    <message>
        <source>No search for a leak is recorded yet.</source>
        <translation>尚无探漏记录。</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Not recorded</source>
        <translation>未记录</translation>
    </message>
    <message>
        <source>Searches</source>
        <translation>探漏次数</translation>
    </message>
    <message>
        <source>Leaks found</source>
        <translation>查出漏点</translation>
    </message>
    <message>
        <source>Hit rate (%)</source>
        <translation>命中率（%）</translation>
    </message>
    <message>
        <source>Leakage won (m³/h)</source>
        <translation>减少漏量（m³/h）</translation>
    </message>
    <message>
        <source>Mean distance from the mark (m)</source>
        <translation>与定位点平均距离（m）</translation>
    </message>
    <message>
        <source>Open orders</source>
        <translation>未关闭工单</translation>
    </message>
    <message>
        <source>{period}: {loss} m³ of {supply} m³ were lost. Leakage rate R_WL {all} %, assessed R_BL {assessed} %: {verdict}.</source>
        <translation>{period}：供水 {supply} m³，漏损 {loss} m³。综合漏损率 R_WL {all} %，漏损率 R_BL {assessed} %，{verdict}。</translation>
    </message>
    <message numerus="yes">
        <source>%n metered area(s) with a known loss; the highest is {zone} with {rate} %.</source>
        <translation>
            <numerusform>%n 个独立计量区可计算漏损，最高为 {zone}，漏损率 {rate} %。</numerusform>
        </translation>
    </message>
    <message>
        <source>{period}: no loss can be told; see the notes.</source>
        <translation>{period}：无法计算漏损，见说明。</translation>
    </message>
    <message numerus="yes">
        <source>%n compound(s) have a difference above {limit} % between bulk meter and sub-meters: {names}.</source>
        <translation>
            <numerusform>%n 个小区总分表差超过 {limit} %：{names}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Monthly leakage table</source>
        <translation>漏损月报表</translation>
    </message>
    <message>
        <source>Leakage table</source>
        <translation>漏损报表</translation>
    </message>
    <message>
        <source>Prepared by</source>
        <translation>编制</translation>
    </message>
    <message>
        <source>Checked by</source>
        <translation>校核</translation>
    </message>
    <message>
        <source>Approved by</source>
        <translation>审批</translation>
    </message>
    <message>
        <source>Signatures</source>
        <translation>签字</translation>
    </message>
    <message>
        <source>Loss over the periods</source>
        <translation>各时段漏损率</translation>
    </message>
    <message>
        <source>Periods since {first}</source>
        <translation>自 {first} 起的时段</translation>
    </message>
    <message>
        <source>Volumes count by the share of their days that lies in the period, first and last day included. Supply of a zone is what its boundary meters measured, by volumes, else by readings.</source>
        <translation>水量按其天数落在时段内的比例计入，起止两日均含。分区供水量取边界水表的水量，无水量时取监测数据。</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>分级</translation>
    </message>
    <message>
        <source>Period</source>
        <translation>时段</translation>
    </message>
    <message>
        <source>Difference (0-1)</source>
        <translation>总分表差（0-1）</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
    </message>
    <message>
        <source>Inflow (m³)</source>
        <translation>进水量（m³）</translation>
    </message>
    <message>
        <source>Outflow (m³)</source>
        <translation>出水量（m³）</translation>
    </message>
    <message>
        <source>Loss (0-1)</source>
        <translation>漏损率（0-1）</translation>
    </message>
    <message>
        <source>Apparent losses (m³)</source>
        <translation>计量损失（m³）</translation>
    </message>
    <message>
        <source>Real losses (m³)</source>
        <translation>漏失水量（m³）</translation>
    </message>
    <message>
        <source>Non-revenue water (m³)</source>
        <translation>产销差水量（m³）</translation>
    </message>
    <message>
        <source>Days covered (0-1)</source>
        <translation>天数覆盖（0-1）</translation>
    </message>
    <message>
        <source>Flow</source>
        <comment>tab of night flow</comment>
        <translation>流量</translation>
    </message>
    <message>
        <source>Compute night flow</source>
        <translation>计算夜间流量</translation>
    </message>
    <message>
        <source>Night flow and leak alarms of all areas from their readings, stored as one batch</source>
        <translation>由监测数据计算全部分区的夜间流量与漏损报警，存为一个批次</translation>
    </message>
    <message>
        <source>Rank the pipes</source>
        <translation>管段排序</translation>
    </message>
    <message>
        <source>The pipes of the area by the chance that they leak, on the map and in a list</source>
        <translation>按漏水可能性列出该分区的管段，并在图上显示</translation>
    </message>
    <message>
        <source>Reading night flow</source>
        <translation>正在读取夜间流量</translation>
    </message>
    <message>
        <source>Choose a zone of the list to see its night flow.</source>
        <translation>在列表中选择分区以查看其夜间流量。</translation>
    </message>
    <message>
        <source>{zone} is not in the network yet: night flow is told of zones that are.</source>
        <translation>{zone}尚未写入管网：只有管网中的分区才有夜间流量。</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>排序</translation>
    </message>
    <message>
        <source>Chance, %</source>
        <translation>可能性（%）</translation>
    </message>
    <message>
        <source>Work order</source>
        <translation>派工单</translation>
    </message>
    <message>
        <source>Order that the leak is located on the chosen pipes</source>
        <translation>对所选管段下达探漏工单</translation>
    </message>
    <message>
        <source>Ranking the pipes</source>
        <translation>正在对管段排序</translation>
    </message>
    <message>
        <source>Writing work orders</source>
        <translation>正在写入工单</translation>
    </message>
    <message numerus="yes">
        <source>%n alarm(s), worst {zone} +{rise} m³/h</source>
        <translation>
            <numerusform>%n 个报警，最大 {zone} +{rise} m³/h</numerusform>
        </translation>
    </message>
    <message>
        <source>no leak alarm, night of {night}</source>
        <translation>无漏损报警（{night} 夜间）</translation>
    </message>
    <message>
        <source>Night flow of {zone} was not computed yet.</source>
        <translation>{zone}的夜间流量尚未计算。</translation>
    </message>
    <message>
        <source>{zone}, night of {night}: {state}.</source>
        <translation>{zone}，{night} 夜间：{state}。</translation>
    </message>
    <message>
        <source>{zone}, night of {night}: {leak} m³/h leak, state {state}.</source>
        <translation>{zone}，{night} 夜间：漏失 {leak} m³/h，状态：{state}。</translation>
    </message>
    <message>
        <source>.</source>
        <comment>end of a sentence</comment>
        <translation>。</translation>
    </message>
    <message>
        <source>Leak</source>
        <comment>m3/h, a short heading</comment>
        <translation>漏失</translation>
    </message>
    <message>
        <source>Source: {network}; {date}</source>
        <translation>来源：{network}；{date}</translation>
    </message>
    <message>
        <source>+{rise} m³/h</source>
        <translation>+{rise} m³/h</translation>
    </message>
    <message>
        <source>Night flow of {zone} has been rising since {since}: {rise} m³/h more</source>
        <translation>{zone}夜间流量自 {since} 起持续升高，已多 {rise} m³/h</translation>
    </message>
    <message>
        <source>Night flow of {zone} rose at once on {since}: {rise} m³/h more</source>
        <translation>{zone}夜间流量于 {since} 突升，多 {rise} m³/h</translation>
    </message>
    <message>
        <source>m³/h</source>
        <translation>m³/h</translation>
    </message>
    <message>
        <source>Night flow of {zone} is as expected: {flow} m³/h in the newest night</source>
        <translation>{zone}夜间流量正常：最近一夜 {flow} m³/h</translation>
    </message>
    <message>
        <source>Night flow of {zone} is not known</source>
        <translation>{zone}夜间流量未知</translation>
    </message>
    <message>
        <source>Night</source>
        <translation>夜</translation>
    </message>
    <message>
        <source>Mean of the night window, m³/h</source>
        <translation>夜间时段平均流量（m³/h）</translation>
    </message>
    <message>
        <source>Expected at least</source>
        <translation>预期下限</translation>
    </message>
    <message>
        <source>{zone} from {first} to {last}: between {least} and {most} m³/h</source>
        <translation>{zone} {first} 至 {last}：{least}～{most} m³/h</translation>
    </message>
    <message>
        <source>{zone} has no readings of its meters in the last week</source>
        <translation>{zone}最近一周没有水表监测数据</translation>
    </message>
    <message>
        <source>Net inflow, m³/h</source>
        <translation>净进水流量（m³/h）</translation>
    </message>
    <message>
        <source>{zone} leaks most: {value} m³/h per km at night</source>
        <translation>{zone}漏失最大：夜间 {value} m³/(h·km)</translation>
    </message>
    <message>
        <source>No area has a known leakage</source>
        <translation>各分区漏失流量均未知</translation>
    </message>
    <message>
        <source>Leakage, m³/h</source>
        <translation>漏失流量（m³/h）</translation>
    </message>
    <message>
        <source>Leakage, m³/h per km</source>
        <translation>单位管长漏失（m³/(h·km)）</translation>
    </message>
    <message>
        <source>Rise, m³/h</source>
        <translation>升高（m³/h）</translation>
    </message>
    <message>
        <source>Leakage on the map</source>
        <translation>在图上显示漏损</translation>
    </message>
    <message>
        <source>Click for the metered areas ranked by leakage, and for them on the map.</source>
        <translation>单击查看按漏失排序的独立计量区及其图上位置。</translation>
    </message>
    <message>
        <source>In which unit is {quantity} in the file?</source>
        <translation>文件中{quantity}的单位是什么？</translation>
    </message>
    <message>
        <source>Which time zone are times without an offset in?</source>
        <translation>不带时差的时间属于哪个时区？</translation>
    </message>
    <message>
        <source>Most flow of these meters is below zero: {meters}.</source>
        <translation>这些水表的流量大多小于零：{meters}。</translation>
    </message>
    <message>
        <source>These meters are installed the other way round: {meters}.</source>
        <translation>这些水表反向安装：{meters}。</translation>
    </message>
    <message>
        <source>Turn their sense</source>
        <translation>反转方向</translation>
    </message>
    <message>
        <source>Take the values as they are</source>
        <translation>按原值使用</translation>
    </message>
    <message>
        <source>There is no volume in this network. Adopt supplied and billed volumes into the table “volume” first, such as the list of meter readings and the monthly bills.</source>
        <translation>管网中没有水量数据。请先将供水量和用水量（如抄表清单、月度账单）入库到“水量”表（volume）。</translation>
    </message>
    <message numerus="yes">
        <source>None of the %n volume(s) has a first and a last day in this order: a volume without dates belongs to no period. Give from_date and to_date.</source>
        <translation>
            <numerusform>%n 条水量均缺少起止日期或次序颠倒；没有日期的水量不属于任何时段。请填写 from_date 和 to_date。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of the %n volume(s) is a number. Give volume_m3.</source>
        <translation>
            <numerusform>%n 条水量均不是数值。请填写 volume_m3。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of the %n volume(s) has a component that is known, such as metered, own_supply or billed_metered.</source>
        <translation>
            <numerusform>%n 条水量的分项均无法识别；分项如 metered、own_supply、billed_metered。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>None of the %n volume(s) names a zone that is a metered area.</source>
        <translation>
            <numerusform>%n 条水量所属分区均不是独立计量区。</numerusform>
        </translation>
    </message>
    <message>
        <source>From {first} to {last} there are no days: supplied volumes run from {begin} to {end}.</source>
        <translation>{first} 至 {last} 没有任何一天：供水量数据为 {begin} 至 {end}。</translation>
    </message>
    <message>
        <source>Choose the work order that was dug.</source>
        <translation>请选择已开挖的工单。</translation>
    </message>
    <message>
        <source>There is no kind of failure “{kind}”. Choose one of: {kinds}.</source>
        <translation>没有故障类型“{kind}”。请选用：{kinds}。</translation>
    </message>
    <message>
        <source>The flow of the leak is not 0 m³/h or more: {value}. Correct it.</source>
        <translation>漏量应不小于 0 m³/h：{value}。请更正。</translation>
    </message>
    <message>
        <source>The distance from the mark is not 0 m or more: {value}. Correct it.</source>
        <translation>与定位点距离应不小于 0 m：{value}。请更正。</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter the day of the digging.</source>
        <translation>{day} 在今天之后。请填写开挖日期。</translation>
    </message>
    <message>
        <source>The repair ({repaired}) is before the digging ({dug}). Correct one of the days.</source>
        <translation>修复日期（{repaired}）早于开挖日期（{dug}），请更正其一。</translation>
    </message>
    <message>
        <source>Leak search {item} recorded</source>
        <translation>登记探漏结果 {item}</translation>
    </message>
    <message>
        <source>There is no work order “{item}”. Make one for the suspected pipe first.</source>
        <translation>没有工单“{item}”。请先为可疑管段开单。</translation>
    </message>
    <message>
        <source>Work order {item} is not for locating a leak. Choose one of the type locate.</source>
        <translation>工单 {item} 不是探漏工单。请选择探漏类型的工单。</translation>
    </message>
    <message>
        <source>Work order {item} is closed. Undo its batch to record it once more.</source>
        <translation>工单 {item} 已关闭。如需重新登记，请先撤销其批次。</translation>
    </message>
    <message>
        <source>The digging ({day}) is before the work order ({opened}). Correct the day.</source>
        <translation>开挖日期（{day}）早于开单日期（{opened}），请更正。</translation>
    </message>
    <message>
        <source>There is no pipe “{pipe}” in this network. Give the pipe that leaked.</source>
        <translation>管网中没有管段“{pipe}”。请填写漏水的管段。</translation>
    </message>
    <message>
        <source>{day}: leak found on pipe {pipe} (failure {failure}).</source>
        <translation>{day}：管段 {pipe} 查出漏点（故障 {failure}）。</translation>
    </message>
    <message>
        <source>{day}: leak of {flow} m³/h found on pipe {pipe} (failure {failure}).</source>
        <translation>{day}：管段 {pipe} 查出漏点，漏量 {flow} m³/h（故障 {failure}）。</translation>
    </message>
    <message>
        <source>Alarm {alarm} is explained and has ended.</source>
        <translation>报警 {alarm} 已查明原因并解除。</translation>
    </message>
    <message>
        <source>Work orders of the alarm that are still open: {items}. Cancel what is not needed.</source>
        <translation>该报警尚有未关闭的工单：{items}。不再需要的请取消。</translation>
    </message>
    <message>
        <source>Alarm {alarm} stays open until the leak is repaired.</source>
        <translation>漏点修复前，报警 {alarm} 不解除。</translation>
    </message>
    <message>
        <source>Alarm {alarm} stays open: it rose by {rise} m³/h, more than was found.</source>
        <translation>报警 {alarm} 不解除：流量升高 {rise} m³/h，大于已查出的漏量。</translation>
    </message>
    <message>
        <source>Nothing was found: rank the pipes of alarm {alarm} again, this one counts less now.</source>
        <translation>未查出漏点：请对报警 {alarm} 的管段重新排序，该管段的可能性已降低。</translation>
    </message>
    <message>
        <source>Choose the pipe to search for the leak.</source>
        <translation>请选择要探漏的管段。</translation>
    </message>
    <message>
        <source>There is no method of locating “{method}”. Choose one of: {methods}.</source>
        <translation>没有探漏方法“{method}”。请选用：{methods}。</translation>
    </message>
    <message>
        <source>Locate a leak on {pipes}</source>
        <translation>在 {pipes} 上探漏</translation>
    </message>
    <message>
        <source>There is no metered area “{zone}”. Give the id of a zone of the kind dma.</source>
        <translation>没有计量分区“{zone}”。请填写类型为独立计量区（dma）的分区编号。</translation>
    </message>
    <message>
        <source>Zone {zone} has no open pipe. Assign its pipes first, by drawing the zone.</source>
        <translation>分区 {zone} 没有开通的管段。请先划定分区，为其分配管段。</translation>
    </message>
    <message>
        <source>Recorded as shut and not as open again, which is not a step: {valves}.</source>
        <translation>只有关闭记录、没有重新开启记录，不计为关阀步骤：{valves}。</translation>
    </message>
    <message>
        <source>Steps without readings of the zone&apos;s meters tell nothing: step tests of {nights}.</source>
        <translation>分区水表无读数的关阀步骤不起作用：{nights} 的逐段关阀试验。</translation>
    </message>
    <message>
        <source>On the map no water comes into zone {zone}: step tests tell nothing. Check the zone.</source>
        <translation>图上分区 {zone} 没有进水，逐段关阀试验不起作用。请检查该分区。</translation>
    </message>
    <message>
        <source>Give either ALARM or ZONE.</source>
        <translation>请填写 ALARM（漏损报警）或 ZONE（分区），二者填一项。</translation>
    </message>
    <message>
        <source>Weighing the evidence</source>
        <translation>正在综合各项依据</translation>
    </message>
    <message>
        <source>No alarm of zone {zone} is open, so the start of the leak is unknown.</source>
        <translation>分区 {zone} 没有未解除的报警，漏水开始时间不明。</translation>
    </message>
    <message>
        <source>No assessment rates these pipes: they count by length. Assess pipe health first.</source>
        <translation>这些管段没有健康评估结果，按长度计。请先进行健康评估。</translation>
    </message>
    <message>
        <source>Choose the zone of the step test.</source>
        <translation>请选择逐段关阀试验的分区。</translation>
    </message>
    <message>
        <source>A step test has at least one step. Give a number of 1 or more.</source>
        <translation>逐段关阀试验至少一步。请填写不小于 1 的数。</translation>
    </message>
    <message>
        <source>No valve shuts off a part of zone {zone} alone, so a step test tells nothing there.</source>
        <translation>分区 {zone} 没有能单独关断其一部分的阀门，逐段关阀试验不起作用。</translation>
    </message>
    <message>
        <source>These steps are recorded already.</source>
        <translation>这些关阀步骤已登记。</translation>
    </message>
    <message>
        <source>Step test of {zone} recorded</source>
        <translation>登记分区 {zone} 的逐段关阀试验</translation>
    </message>
    <message>
        <source>Not valves of zone {zone}: {valves}. Write the ids of the valves that were shut there.</source>
        <translation>不是分区 {zone} 的阀门：{valves}。请填写该分区内所关阀门的编号。</translation>
    </message>
    <message>
        <source>The zone&apos;s meters have no readings during these steps and right before or after them: {nights}. Adopt the readings first, or correct the times.</source>
        <translation>分区水表在这些关阀步骤期间及其前后没有读数：{nights}。请先导入监测数据，或更正时间。</translation>
    </message>
    <message>
        <source>There is no leak alarm “{alarm}”. Compute night flow with STORE first, or give its id.</source>
        <translation>没有漏损报警“{alarm}”。请先以 STORE 计算并保存夜间流量，或填写正确的报警编号。</translation>
    </message>
    <message>
        <source>HOUSEHOLD_SHARE: {value} is not a share of the supply. Give a number from 0 to 1, such as 0.45 for 45 %.</source>
        <translation>HOUSEHOLD_SHARE：{value} 不是占供水量的比例。请填写 0 到 1 的数，如 45 % 填 0.45。</translation>
    </message>
    <message>
        <source>MEAN_PRESSURE: {value} is not the pressure of a network in MPa. Give MPa: 40 m of head are 0.39, 4 bar are 0.4.</source>
        <translation>MEAN_PRESSURE：{value} 不是以 MPa 计的管网压力。请填写 MPa：40 m 水头为 0.39，4 bar 为 0.4。</translation>
    </message>
    <message>
        <source>FROST_DEPTH: {value} is not a depth of frost in m. Give m: 140 cm are 1.4.</source>
        <translation>FROST_DEPTH：{value} 不是以 m 计的冻土深度。请填写 m：140 cm 为 1.4。</translation>
    </message>
    <message>
        <source>STEP: “{value}” is not one of {known}.</source>
        <translation>STEP：“{value}”不在可选值 {known} 之内。</translation>
    </message>
    <message>
        <source>Reading volumes</source>
        <translation>正在读取水量</translation>
    </message>
    <message>
        <source>Computing the water balance</source>
        <translation>正在计算水量平衡</translation>
    </message>
    <message>
        <source>Nothing tells the supply from {first} to {last}: no volume of own_supply or bulk_import for the whole network, no metered volume and no reading of the boundary meters. Volumes run from {begin} to {end}: change FROM and TO, or adopt the volumes that are missing.</source>
        <translation>{first} 至 {last} 没有供水量数据：既无全网的自产或外购水量（own_supply、bulk_import），也无边界水表的水量（metered）或监测数据。水量数据为 {begin} 至 {end}：请修改起止日期，或补充入库。</translation>
    </message>
    <message>
        <source>the state of leakage of each metered area for maps</source>
        <translation>供地图使用的各独立计量区漏损状态</translation>
    </message>
    <message>
        <source>Week</source>
        <translation>一周</translation>
    </message>
    <message>
        <source>{pipe}: {reasons}</source>
        <translation>{pipe}：{reasons}</translation>
    </message>
    <message>
        <source>m³/h per km at night, red in alarm</source>
        <translation>夜间漏失 m³/(h·km)，红色为报警</translation>
    </message>
    <message>
        <source>compute night flow of the readings</source>
        <translation>由监测数据计算夜间流量</translation>
    </message>
    <message>
        <source>Click to find leaks by the night flow of all metered areas.</source>
        <translation>单击后按全部独立计量区的夜间流量查找漏损。</translation>
    </message>
    <message>
        <source>The balance after CJJ 92 and the IWA, all levels and compounds, as a page to print</source>
        <translation>按 CJJ 92 和 IWA 的水量平衡，含各级和小区，可打印</translation>
    </message>
    <message>
        <source>Leakage table…</source>
        <translation>漏损报表…</translation>
    </message>
    <message>
        <source>Choose the period, give pressure and frost, and save leakage table and workbook</source>
        <translation>选择时段，填写压力和冻土深度，保存漏损报表和工作簿</translation>
    </message>
    <message>
        <source>water balance</source>
        <comment>name of a file</comment>
        <translation>水量平衡</translation>
    </message>
    <message>
        <source>Balance</source>
        <comment>tab of the water balance</comment>
        <translation>平衡表</translation>
    </message>
    <message>
        <source>{period}: {rate} % of the supply was lost, {loss} m³</source>
        <translation>{period}：供水量的 {rate} % 为漏损，{loss} m³</translation>
    </message>
    <message>
        <source>{period}: the loss of the whole network is not known</source>
        <translation>{period}：全网漏损量未知</translation>
    </message>
    <message>
        <source>Consumption</source>
        <translation>用水</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>漏损</translation>
    </message>
    <message>
        <source>of it between the levels</source>
        <translation>其中级间漏损</translation>
    </message>
    <message>
        <source>m³</source>
        <translation>m³</translation>
    </message>
    <message>
        <source>{rate} %</source>
        <translation>{rate} %</translation>
    </message>
    <message>
        <source>Supply, m³</source>
        <translation>供水量，m³</translation>
    </message>
    <message>
        <source>Consumption, m³</source>
        <translation>用水量，m³</translation>
    </message>
    <message>
        <source>Loss, m³</source>
        <translation>漏损量，m³</translation>
    </message>
    <message>
        <source>Loss rate</source>
        <translation>漏损率</translation>
    </message>
    <message>
        <source>Between the levels, m³</source>
        <translation>级间漏损，m³</translation>
    </message>
    <message>
        <source>A leak was found</source>
        <translation>查出漏点</translation>
    </message>
    <message>
        <source>Nothing was found</source>
        <translation>未查出漏点</translation>
    </message>
    <message>
        <source>Method not known</source>
        <translation>方法未知</translation>
    </message>
    <message>
        <source>Repaired today</source>
        <translation>今日已修复</translation>
    </message>
    <message>
        <source>Write</source>
        <translation>写入</translation>
    </message>
    <message>
        <source>Found by</source>
        <translation>查漏方法</translation>
    </message>
    <message>
        <source>Flow of the leak</source>
        <translation>漏水量</translation>
    </message>
    <message>
        <source>Distance from the mark</source>
        <translation>距标记点</translation>
    </message>
    <message>
        <source>This alarm has no open work order. Write one first.</source>
        <translation>该报警没有未完成的工单。请先派工单。</translation>
    </message>
    <message>
        <source>Reading work orders</source>
        <translation>正在读取工单</translation>
    </message>
    <message>
        <source>The dig is recorded.</source>
        <translation>开挖结果已记录。</translation>
    </message>
    <message>
        <source>Recording the dig</source>
        <translation>正在记录开挖结果</translation>
    </message>
    <message>
        <source>Record a dig…</source>
        <translation>记录开挖…</translation>
    </message>
    <message>
        <source>What was found where the leak of this alarm was searched: the leak becomes a failure</source>
        <translation>本报警探漏开挖的结果：查出的漏点计为故障</translation>
    </message>
    <message>
        <source>Hand over survey data</source>
        <translation>测量成果移交</translation>
    </message>
    <message>
        <source>Writes pipes and nodes in use as point and line tables of CJJ 61 (a workbook or CSV files, one pair of tables per class) with standard codes, or as a DXF drawing by layer with the same blocks and codes. Vertices of pipes become points. What was exported can be imported again as the same network. What tables can&apos;t hold is named in the report, which also states the quality of the data.</source>
        <translation>将在用的管段和设施按 CJJ 61 输出为带标准编码的点表、线表（工作簿或 CSV，每类管线一对表），或输出为分图层、带相同图块和编码的 DXF 图。管段折点输出为管线点。输出的成果可重新导入为同一管网；表格无法容纳的内容列于报告，报告并说明数据质量。</translation>
    </message>
    <message>
        <source>Only pipes and nodes in this area: an extent (xmin,xmax,ymin,ymax, followed by [EPSG:…] if it is not in the network's coordinate system), the id of a compound or zone, or a layer. Empty: everything.</source>
        <translation>仅输出此范围内的管段和设施：范围（xmin,xmax,ymin,ymax，坐标系与管网不同时后加 [EPSG:…]）、小区或分区的编号，或图层。留空：全部。</translation>
    </message>
    <message>
        <source>Systems to hand over, separated by semicolons. Empty: all systems.</source>
        <translation>要移交的管线类别，以分号分隔。留空：全部类别。</translation>
    </message>
    <message>
        <source>cjj61_xlsx: a workbook; cjj61_csv: a folder of CSV files; dxf: a drawing.</source>
        <translation>cjj61_xlsx：工作簿；cjj61_csv：CSV 文件夹；dxf：图形文件。</translation>
    </message>
    <message>
        <source>Axes</source>
        <translation>坐标轴</translation>
    </message>
    <message>
        <source>What the column X of the tables holds. In a drawing x is always east.</source>
        <translation>成果表中 X 列的含义。图形文件中 x 始终为东坐标。</translation>
    </message>
    <message>
        <source>Code of the coordinate system to hand over in, such as EPSG:4547. Empty: the network&apos;s.</source>
        <translation>移交成果所用坐标系的代码，如 EPSG:4547。留空：与管网相同。</translation>
    </message>
    <message>
        <source>Levels of pipes</source>
        <translation>管线高程</translation>
    </message>
    <message>
        <source>cjj61: crown of pressure pipes, invert of gravity pipes; top: crown; invert: invert.</source>
        <translation>cjj61：压力管为管顶，重力管为管底；top：管顶；invert：管底。</translation>
    </message>
    <message>
        <source>Language of tables and report: zh_CN as in the standard, or en.</source>
        <translation>成果表和报告的语言：zh_CN（与标准一致）或 en。</translation>
    </message>
    <message>
        <source>Survey data</source>
        <translation>测量成果</translation>
    </message>
    <message>
        <source>File to write (.xlsx or .dxf); for CSV a folder. Files that are there are replaced.</source>
        <translation>输出文件（.xlsx 或 .dxf）；CSV 为文件夹。已有文件将被替换。</translation>
    </message>
    <message>
        <source>DXF drawing (*.dxf)</source>
        <translation>DXF 图形 (*.dxf)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Statement of data quality, and what tables can&apos;t hold; figures in a .json file next to it.</source>
        <translation>数据质量说明，以及表格无法容纳的内容；各项数值另存于旁边的 .json 文件。</translation>
    </message>
    <message>
        <source>Number of points</source>
        <translation>点数</translation>
    </message>
    <message>
        <source>Number of lines</source>
        <translation>线数</translation>
    </message>
    <message>
        <source>Import a survey</source>
        <translation>导入测量成果</translation>
    </message>
    <message>
        <source>Survey files</source>
        <translation>测量文件</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>判定</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Census of existing pipes</source>
        <translation>现状管线普查</translation>
    </message>
    <message>
        <source>As-built survey before backfill</source>
        <translation>覆土前竣工测量</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>线</translation>
    </message>
    <message>
        <source>as the files list or draw them</source>
        <translation>按文件所列或所绘</translation>
    </message>
    <message>
        <source>along the planned pipes</source>
        <translation>沿设计管段</translation>
    </message>
    <message>
        <source>points in the order of the file</source>
        <translation>按文件中的点序</translation>
    </message>
    <message>
        <source>Whether rows with errors stop the run (all) or are rejected alone (valid).</source>
        <translation>有错误的行使整次导入中止（all），或仅拒收这些行（valid）。</translation>
    </message>
    <message>
        <source>All, or none where any has an error</source>
        <translation>全部（有错误则不导入）</translation>
    </message>
    <message>
        <source>Those without errors</source>
        <translation>仅无错误的行</translation>
    </message>
    <message>
        <source>Join tolerance (m)</source>
        <translation>连接容差（m）</translation>
    </message>
    <message>
        <source>Distance in plan up to which a point joins a node of the network.</source>
        <translation>测点与管网节点自动连接的平面距离上限。</translation>
    </message>
    <message>
        <source>Only report what would be imported.</source>
        <translation>只报告将导入的内容。</translation>
    </message>
    <message>
        <source>Rows of the files</source>
        <translation>文件各行</translation>
    </message>
    <message>
        <source>Every row with its verdict (imported, merged, rejected, skipped), the reason and its assets.</source>
        <translation>每一行的处理结果（已入库、已合并、拒收、略过）、原因与对应设施。</translation>
    </message>
    <message>
        <source>Verified pipes</source>
        <translation>已核验管段</translation>
    </message>
    <message>
        <source>The verdict on each planned pipe that was surveyed, with deviations, cover and reasons.</source>
        <translation>每条已测设计管段的核验结论，含偏差、覆土与原因。</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>What the checks found, errors first.</source>
        <translation>检查结果，错误在前。</translation>
    </message>
    <message>
        <source>Files, decisions, questions and checks; figures in a .json file next to it.</source>
        <translation>文件、判定、待定问题与检查结果；数据另存于同名 .json 文件。</translation>
    </message>
    <message>
        <source>Rows imported</source>
        <translation>已入库行数</translation>
    </message>
    <message>
        <source>Rows merged</source>
        <translation>已合并行数</translation>
    </message>
    <message>
        <source>Rows skipped</source>
        <translation>略过行数</translation>
    </message>
    <message>
        <source>Nodes written</source>
        <translation>写入节点数</translation>
    </message>
    <message>
        <source>Pipes written</source>
        <translation>写入管段数</translation>
    </message>
    <message>
        <source>Open decisions</source>
        <translation>待定事项</translation>
    </message>
    <message>
        <source>Verification sheets</source>
        <translation>覆土前核验单</translation>
    </message>
    <message>
        <source>Prints one page for each pipe that was verified before backfilling: a sketch with points and deviations, a table, photos, the verdict with its reasons, and places for two signatures. The page is a QGIS layout template: a verification_sheet.qpt beside the network or the project, or in the folder composer_templates of your profile, takes the place of the one that is installed. Nothing in the network changes.</source>
        <translation>为每条已核验管段打印一页覆土前核验单：测点与偏差示意图、表格、照片、结论及原因、两处签字栏。版面为 QGIS 布局模板：管网或工程旁、或用户配置文件夹 composer_templates 中的 verification_sheet.qpt 优先于自带模板。不改动管网。</translation>
    </message>
    <message>
        <source>Ids separated by semicolons; empty: those of SURVEY_BATCH.</source>
        <translation>编号以分号分隔；空：取 SURVEY_BATCH 的管段。</translation>
    </message>
    <message>
        <source>Survey batch</source>
        <translation>测量批次</translation>
    </message>
    <message>
        <source>All pipes that were verified with it; may be empty.</source>
        <translation>该批次核验的全部管段；可空。</translation>
    </message>
    <message>
        <source>The PDF, A4.</source>
        <translation>PDF，A4。</translation>
    </message>
    <message>
        <source>Pipes with their verdicts as a page; figures in a .json file next to it.</source>
        <translation>管段与核验结论网页，数据在旁边的 .json 文件中。</translation>
    </message>
    <message>
        <source>Number of pipes</source>
        <translation>管段数</translation>
    </message>
    <message>
        <source>Pipes that pass</source>
        <translation>通过的管段数</translation>
    </message>
    <message>
        <source>No pipes were chosen. Enter PIPES or SURVEY_BATCH.</source>
        <translation>未选择管段。请填写 PIPES 或 SURVEY_BATCH。</translation>
    </message>
    <message>
        <source>{name} must end in .pdf. Choose another name.</source>
        <translation>{name} 的扩展名须为 .pdf。请换一个名称。</translation>
    </message>
    <message>
        <source>Verify a pipe before backfilling</source>
        <translation>管段覆土前核验</translation>
    </message>
    <message>
        <source>Adds evidence to a laid pipe and gives the verdict: pass, open or fail, with its reasons. Contrary evidence fails a pipe: too far from the planned line or level, too little cover, another diameter or material, surveyed after backfilling. Missing evidence leaves it open. Only a pass, or an override with name and reason, takes a planned pipe into use.</source>
        <translation>为已敷设管段补充依据并给出核验结论及原因：通过、待补充或不通过。与设计相悖者不通过：平面或高程偏差过大、覆土不足、管径或管材与设计不符、覆土后才测量。缺少依据者待补充。只有通过，或注明放行人和理由，设计管段才转为在用。</translation>
    </message>
    <message>
        <source>Id of the pipe.</source>
        <translation>管段编号。</translation>
    </message>
    <message>
        <source>Material verified by</source>
        <translation>材料核验人</translation>
    </message>
    <message>
        <source>Who compared the material with the plan; empty: as before.</source>
        <translation>谁将材料与设计核对；空：不变。</translation>
    </message>
    <message>
        <source>Material verified on</source>
        <translation>材料核验日期</translation>
    </message>
    <message>
        <source>The day, as YYYY-MM-DD; empty: as before, or today where a name is given.</source>
        <translation>日期，格式 YYYY-MM-DD；空：不变，填写了核验人时取当天。</translation>
    </message>
    <message>
        <source>Backfilled on</source>
        <translation>覆土日期</translation>
    </message>
    <message>
        <source>The day, as YYYY-MM-DD; empty: the trench is open.</source>
        <translation>日期，格式 YYYY-MM-DD；空：尚未覆土。</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>Files separated by semicolons; they are copied beside the network. May be empty.</source>
        <translation>文件，以分号分隔，将复制到管网旁的文件夹；可空。</translation>
    </message>
    <message>
        <source>Overridden by</source>
        <translation>放行人</translation>
    </message>
    <message>
        <source>Who takes the pipe into use whatever the verdict; needs a reason. May be empty.</source>
        <translation>不论结论如何，同意转为在用的人；须填写理由。可空。</translation>
    </message>
    <message>
        <source>Reason of the override</source>
        <translation>放行理由</translation>
    </message>
    <message>
        <source>Why; may be empty.</source>
        <translation>理由；可空。</translation>
    </message>
    <message>
        <source>Store loss and leakage rate of each metered area and step, in one batch: the theme “Night flow and leakage rate” shows the newest. Otherwise they are listed only.</source>
        <translation>将各独立计量区分期的漏损水量和漏损率存为一个批次，主题“双达标（夜间最小流量+漏损率）”显示最近一期；否则只列出。</translation>
    </message>
    <message>
        <source>CJJ 61 tables, workbook</source>
        <translation>CJJ 61 成果表（工作簿）</translation>
    </message>
    <message>
        <source>CJJ 61 tables, CSV files</source>
        <translation>CJJ 61 成果表（CSV）</translation>
    </message>
    <message>
        <source>Drawing (DXF)</source>
        <translation>图形（DXF）</translation>
    </message>
    <message>
        <source>X is north</source>
        <translation>X 为北</translation>
    </message>
    <message>
        <source>X is east</source>
        <translation>X 为东</translation>
    </message>
    <message>
        <source>Crown of pressure pipes, invert of gravity pipes</source>
        <translation>压力管为管顶，重力管为管底</translation>
    </message>
    <message>
        <source>Crown of the pipe</source>
        <translation>管顶</translation>
    </message>
    <message>
        <source>Invert of the pipe</source>
        <translation>管底</translation>
    </message>
    <message>
        <source>{path} is not a page template. Save it again from QGIS&apos;s layout window, or delete it.</source>
        <translation>{path} 不是版面模板。请在 QGIS 布局窗口重新保存，或删除它。</translation>
    </message>
    <message>
        <source>The row gives no valid value for “{field}”, which must be known. Enter it in the file.</source>
        <translation>该行的必填字段“{field}”没有有效值，请在文件中补填。</translation>
    </message>
    <message>
        <source>The file has values in {columns}, too, which were not read: one column gives the values. Adopt the file once more with each of them as the value, and its quantity.</source>
        <translation>文件的 {columns} 列也有数值，但未读取，因为每次只读一个数值列。请再次入库该文件，将这些列逐一选为数值列，并指定其指标。</translation>
    </message>
    <message>
        <source>Sheet {name} would have {rows:,} rows, and a workbook takes {most:,}. Choose CSV, or export one area after the other.</source>
        <translation>工作表 {name} 将有 {rows:,} 行，而工作簿最多 {most:,} 行。请选择 CSV，或分区域输出。</translation>
    </message>
    <message>
        <source>whole days changed otherwise than nights: this is use, for a leak runs all day</source>
        <translation>全天流量的变化与夜间不一致：漏水全天持续，此为用水变化</translation>
    </message>
    <message numerus="yes">
        <source>%n finding(s) on crossings without a node, duplicates, assets off their pipes and polygons (T3 to T5, D9, D10) are from the last check of the network and may be out of date.</source>
        <translation>
            <numerusform>交叉处无节点、重复管段、设施偏离管线及分区面类问题（T3 至 T5、D9、D10）共 %n 处，沿用上次管网检查的结果，可能已过时。</numerusform>
        </translation>
    </message>
    <message>
        <source>no valid value for a field that must be known</source>
        <translation>必填字段没有有效值</translation>
    </message>
    <message>
        <source>Left out because they are not in use: {names}.</source>
        <translation>未在用，未移交：{names}。</translation>
    </message>
    <message>
        <source>Left out because survey tables have no connectors: {names}.</source>
        <translation>成果表没有连接管，未移交：{names}。</translation>
    </message>
    <message>
        <source>Left out because their system is unknown: {names}.</source>
        <translation>管线类别不明，未移交：{names}。</translation>
    </message>
    <message>
        <source>Left out because they have no line: {names}.</source>
        <translation>没有图形，未移交：{names}。</translation>
    </message>
    <message>
        <source>Nodes left out because they have no place, or neither a system nor a pipe: {names}.</source>
        <translation>没有位置，或既无管线类别又不连管段的设施未移交：{names}。</translation>
    </message>
    <message>
        <source>These points were made for ends of pipes without a node; an import makes nodes of them: {names}.</source>
        <translation>以下点为没有节点的管端而设，导入后成为节点：{names}。</translation>
    </message>
    <message>
        <source>These pipes are drawn off their node and end exactly at it in the tables: {names}.</source>
        <translation>以下管段的图形未画到节点，表中以节点位置为端点：{names}。</translation>
    </message>
    <message>
        <source>Levels are left out because the size is unknown: {names}.</source>
        <translation>管径不明，未给出高程：{names}。</translation>
    </message>
    <message>
        <source>Depths are left out because ground, depth and level disagree by more than 2 cm: {names}.</source>
        <translation>地面高程、埋深与管线高程相差超过 2 cm，未给出埋深：{names}。</translation>
    </message>
    <message>
        <source>The codes of these sub-classes are taken from those of distribution pipes. Compare them with the standard: {names}.</source>
        <translation>以下小类的编码套用配水管编码，请与标准核对：{names}。</translation>
    </message>
    <message>
        <source>Length by system</source>
        <translation>按管线类别统计长度</translation>
    </message>
    <message>
        <source>Length by diameter</source>
        <translation>按管径统计长度</translation>
    </message>
    <message>
        <source>Length by material</source>
        <translation>按管材统计长度</translation>
    </message>
    <message>
        <source>Length by decade of construction</source>
        <translation>按敷设年代统计长度</translation>
    </message>
    <message>
        <source>Surveyed</source>
        <translation>已测量</translation>
    </message>
    <message>
        <source>Verified</source>
        <translation>已核验</translation>
    </message>
    <message>
        <source>With estimated values</source>
        <translation>含推定值</translation>
    </message>
    <message>
        <source>Surveyed: imported from a survey file. Verified: with a date of verification. Estimated: at least one value was computed or taken from neighbours.</source>
        <translation>已测量：由测量文件入库。已核验：有核验日期。推定：至少一个值由计算或相邻管段得出。</translation>
    </message>
    <message>
        <source>Origin of the data</source>
        <translation>数据来源</translation>
    </message>
    <message>
        <source>No issue is open. Check the network before handing over, so that this says something.</source>
        <translation>没有待处理问题。移交前请先检查管网，此项才有意义。</translation>
    </message>
    <message>
        <source>Open issues by rule</source>
        <translation>按规则统计待处理问题</translation>
    </message>
    <message>
        <source>Rule</source>
        <translation>规则</translation>
    </message>
    <message>
        <source>{points} points and {lines} lines, {length} of pipes are handed over.</source>
        <translation>移交 {points} 个点、{lines} 条线，管长 {length}。</translation>
    </message>
    <message>
        <source>Handed over</source>
        <translation>移交内容</translation>
    </message>
    <message>
        <source>What the tables do not hold</source>
        <translation>表格未容纳的内容</translation>
    </message>
    <message>
        <source>Data quality statement</source>
        <translation>数据质量说明</translation>
    </message>
    <message>
        <source>Inspections whose defects have no grade, not used: {count}.</source>
        <translation>缺陷未定级而未采用的检测：{count} 条。</translation>
    </message>
    <message>
        <source>{rows} rows: {imported} imported, {merged} merged, {rejected} rejected, {skipped} skipped.</source>
        <translation>共 {rows} 行：入库 {imported}、合并 {merged}、拒收 {rejected}、略过 {skipped}。</translation>
    </message>
    <message>
        <source>{nodes} nodes and {pipes} pipes, {length:.1f} m.</source>
        <translation>节点 {nodes} 个，管段 {pipes} 条，长 {length:.1f} m。</translation>
    </message>
    <message>
        <source>Open decisions: {keys}.</source>
        <translation>待定事项：{keys}。</translation>
    </message>
    <message>
        <source>{file}: {reason}</source>
        <translation>{file}：{reason}</translation>
    </message>
    <message>
        <source>{file} was imported already, as {batch}.</source>
        <translation>{file} 已导入过，批次为 {batch}。</translation>
    </message>
    <message>
        <source>Dry run: nothing was written.</source>
        <translation>试运行，未写入任何内容。</translation>
    </message>
    <message>
        <source>Survey import</source>
        <translation>测量导入</translation>
    </message>
    <message>
        <source>Candidate</source>
        <translation>候选</translation>
    </message>
    <message>
        <source>Evidence</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>The checks found nothing.</source>
        <translation>检查未发现问题。</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message numerus="yes">
        <source>%n more in the .json file next to this page.</source>
        <translation>
            <numerusform>另有 %n 条，见同名 .json 文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) were verified: {passed} pass, {open} are open, {failed} fail.</source>
        <translation>
            <numerusform>已核验 %n 条管段：{passed} 条通过，{open} 条待补充，{failed} 条不通过。</numerusform>
        </translation>
    </message>
    <message>
        <source>Verification before backfilling</source>
        <translation>覆土前核验</translation>
    </message>
    <message>
        <source>Ground level</source>
        <translation>地面高程</translation>
    </message>
    <message>
        <source>Transform set “{name}”: “{day}” is not a date. Write it as 2026-12-31.</source>
        <translation>坐标转换参数“{name}”：“{day}”不是有效日期。请写成 2026-12-31 的形式。</translation>
    </message>
    <message>
        <source>Local grid</source>
        <translation>独立坐标系</translation>
    </message>
    <message>
        <source>Transform set “{name}”: give “pairs” as a list of [x, y, east, north], at least three of them.</source>
        <translation>坐标转换参数“{name}”：请把“pairs”写成 [x, y, 东坐标, 北坐标] 的列表，至少三组。</translation>
    </message>
    <message>
        <source>DECISIONS, {file}: encoding “{value}” is not known. Use utf-8 or gb18030.</source>
        <translation>DECISIONS，{file}：编码“{value}”无法识别。请使用 utf-8 或 gb18030。</translation>
    </message>
    <message>
        <source>DECISIONS, {file}: {key} can't be “{value}”. Use one of: {values}.</source>
        <translation>DECISIONS，{file}：{key} 不能取“{value}”。可取：{values}。</translation>
    </message>
    <message>
        <source>DECISIONS is not valid JSON: {error}. Correct it.</source>
        <translation>DECISIONS 不是有效的 JSON：{error}。请改正。</translation>
    </message>
    <message>
        <source>DECISIONS must be of this form: {example}</source>
        <translation>DECISIONS 应为以下形式：{example}</translation>
    </message>
    <message>
        <source>DECISIONS: “{key}” is not known. Use one of: {keys}.</source>
        <translation>DECISIONS：“{key}”无法识别。可用：{keys}。</translation>
    </message>
    <message>
        <source>Decisions are open: {keys}. Give them in DECISIONS, or answer the questions of the wizard.</source>
        <translation>有待定项：{keys}。请在 DECISIONS 中给出，或在向导中回答。</translation>
    </message>
    <message>
        <source>Only the first coordinate is as large as a northing, in {n:,} of {count:,} points.</source>
        <translation>{count:,} 个点中有 {n:,} 个只有第一个坐标的数值符合北坐标（纵坐标）。</translation>
    </message>
    <message>
        <source>Only the second coordinate is as large as a northing, in {n:,} of {count:,} points.</source>
        <translation>{count:,} 个点中有 {n:,} 个只有第二个坐标的数值符合北坐标（纵坐标）。</translation>
    </message>
    <message>
        <source>The numbers look like degrees, latitude first.</source>
        <translation>数值像经纬度，纬度在前。</translation>
    </message>
    <message>
        <source>The numbers look like degrees, longitude first.</source>
        <translation>数值像经纬度，经度在前。</translation>
    </message>
    <message>
        <source>The numbers fit only the other order of the axes.</source>
        <translation>数值只符合相反的坐标轴顺序。</translation>
    </message>
    <message>
        <source>The numbers are not northings and eastings of a zone; they may be those of a local grid.</source>
        <translation>数值不是投影带内的北坐标和东坐标，可能属于地方独立坐标系。</translation>
    </message>
    <message>
        <source>The eastings begin with {prefix}, a {width}-degree zone with the central meridian {meridian}°.</source>
        <translation>东坐标带有带号 {prefix}，为{width}度带，中央子午线 {meridian}°。</translation>
    </message>
    <message>
        <source>The eastings have no zone number.</source>
        <translation>东坐标不带带号。</translation>
    </message>
    <message>
        <source>The eastings begin with {prefix}, but {crs} has the central meridian {meridian}°.</source>
        <translation>东坐标带有带号 {prefix}，而 {crs} 的中央子午线为 {meridian}°。</translation>
    </message>
    <message>
        <source>{distance:,.0f} m from {asset}.</source>
        <translation>距 {asset} {distance:,.0f} m。</translation>
    </message>
    <message>
        <source>{distance:,.0f} m from the nearest asset.</source>
        <translation>距最近设施 {distance:,.0f} m。</translation>
    </message>
    <message>
        <source>{distance:,.0f} m from the nearest planned pipe.</source>
        <translation>距最近的设计管段 {distance:,.0f} m。</translation>
    </message>
    <message>
        <source>{distance_km:,.0f} km from the nearest asset, to the {wind}.</source>
        <translation>位于最近设施的{wind}方向，相距 {distance_km:,.0f} km。</translation>
    </message>
    <message>
        <source>Only here do the points lie within {limit_km:g} km of existing assets.</source>
        <translation>只有这一处位于既有设施 {limit_km:g} km 范围内。</translation>
    </message>
    <message>
        <source>No reading of the file lies within {limit_km:g} km of existing assets.</source>
        <translation>按任何方式读取，点都不在既有设施 {limit_km:g} km 范围内。</translation>
    </message>
    <message>
        <source>Several readings of the file lie within {limit_km:g} km of existing assets.</source>
        <translation>有多种读取方式使点位于既有设施 {limit_km:g} km 范围内。</translation>
    </message>
    <message>
        <source>The network has no assets to compare the file with.</source>
        <translation>管网中没有可供比对的设施。</translation>
    </message>
    <message>
        <source>This is the coordinate system of the network.</source>
        <translation>这是管网的坐标系。</translation>
    </message>
    <message>
        <source>The datum is assumed to be that of the network.</source>
        <translation>大地基准按与管网相同处理。</translation>
    </message>
    <message>
        <source>Heights lie {off:+.2f} m from known ground nearby (median of {n:,}).</source>
        <translation>高程与附近已知地面相差 {off:+.2f} m（{n:,} 个点的中位数）。</translation>
    </message>
    <message>
        <source>Heights lie {off:+.1f} m from known ground nearby (median of {n:,}), more than {limit:g} m.</source>
        <translation>高程与附近已知地面相差 {off:+.1f} m（{n:,} 个点的中位数），超过 {limit:g} m。</translation>
    </message>
    <message>
        <source>{n:,} points fit only the other order of the axes.</source>
        <translation>有 {n:,} 个点只符合相反的坐标轴顺序。</translation>
    </message>
    <message>
        <source>{n:,} points have another zone number than the others, or lack it.</source>
        <translation>有 {n:,} 个点的带号与其他点不同或缺少带号。</translation>
    </message>
    <message>
        <source>There is no exact way from {crs} to the coordinate system of the network. Give a transform set with at least three common points.</source>
        <translation>{crs} 与管网坐标系之间没有严密的转换关系。请提供由至少三个公共点求得的坐标转换参数。</translation>
    </message>
    <message>
        <source>The network has no transform set “{set}”. Choose a stored set or give common points.</source>
        <translation>管网中没有坐标转换参数“{set}”。请选用已保存的参数或给出公共点。</translation>
    </message>
    <message>
        <source>Transform set “{set}”: {n} common points, RMS {rms:.3f} m.</source>
        <translation>坐标转换参数“{set}”：{n} 个公共点，中误差 {rms:.3f} m。</translation>
    </message>
    <message>
        <source>The points lie in the area of transform set “{set}”.</source>
        <translation>点位于坐标转换参数“{set}”的适用范围内。</translation>
    </message>
    <message>
        <source>Transform set “{set}” has an RMS of {rms:.3f} m, more than {limit:g} m. Check the common points with the largest residuals: {worst}.</source>
        <translation>坐标转换参数“{set}”的中误差为 {rms:.3f} m，超过 {limit:g} m。请检查残差最大的公共点：{worst}。</translation>
    </message>
    <message>
        <source>Transform set “{set}” was valid until {day}. Give a valid one.</source>
        <translation>坐标转换参数“{set}”的有效期至 {day}，已过期。请提供有效的参数。</translation>
    </message>
    <message>
        <source>{n:,} of {count:,} points lie outside the area of transform set “{set}”. Use a set with common points around the survey.</source>
        <translation>{count:,} 个点中有 {n:,} 个位于坐标转换参数“{set}”的适用范围之外。请改用公共点覆盖测区的参数。</translation>
    </message>
    <message>
        <source>The file says “{words}”.</source>
        <translation>文件注明“{words}”。</translation>
    </message>
    <message>
        <source>The file says “{words}”, but also “{others}”.</source>
        <translation>文件注明“{words}”，但又注明“{others}”。</translation>
    </message>
    <message>
        <source>The file does not say.</source>
        <translation>文件未注明。</translation>
    </message>
    <message>
        <source>The file reads without faults in this encoding only.</source>
        <translation>只有按此编码读取时文件没有错误。</translation>
    </message>
    <message>
        <source>The file reads without faults in several encodings.</source>
        <translation>按多种编码读取，文件都没有错误。</translation>
    </message>
    <message>
        <source>The height datum is assumed to be that of the network.</source>
        <translation>高程基准按与管网相同处理。</translation>
    </message>
    <message>
        <source>No known ground lies near enough to compare heights with.</source>
        <translation>附近没有可供比对高程的已知地面点。</translation>
    </message>
    <message>
        <source>At {n:,} of {count:,} pipe ends the height is level plus depth, so it is the ground&apos;s.</source>
        <translation>{count:,} 个管段端点中有 {n:,} 个的高程等于管线高程加埋深，因此是地面高程。</translation>
    </message>
    <message>
        <source>At {n:,} of {count:,} points the height is the ground level given beside it.</source>
        <translation>{count:,} 个点中有 {n:,} 个的高程与同行给出的地面高程相同。</translation>
    </message>
    <message>
        <source>Sizes such as {sizes} exist only as outer diameters.</source>
        <translation>{sizes} 等规格只有外径系列才有。</translation>
    </message>
    <message>
        <source>Sizes such as {sizes} exist only as nominal diameters.</source>
        <translation>{sizes} 等规格只有公称直径系列才有。</translation>
    </message>
    <message>
        <source>north-east</source>
        <translation>东北</translation>
    </message>
    <message>
        <source>south-east</source>
        <translation>东南</translation>
    </message>
    <message>
        <source>south-west</source>
        <translation>西南</translation>
    </message>
    <message>
        <source>north-west</source>
        <translation>西北</translation>
    </message>
    <message>
        <source>CGCS2000</source>
        <translation>CGCS2000</translation>
    </message>
    <message>
        <source>Xian 80</source>
        <translation>西安80</translation>
    </message>
    <message>
        <source>Beijing 54</source>
        <translation>北京54</translation>
    </message>
    <message>
        <source>WGS 84</source>
        <translation>WGS 84</translation>
    </message>
    <message>
        <source>CRS “{crs}” is not known. Write for example EPSG:4547.</source>
        <translation>坐标系“{crs}”无法识别。请写成如 EPSG:4547。</translation>
    </message>
    <message>
        <source>CRS “{crs}” has no coordinates in metres. Choose a projected one such as EPSG:4547.</source>
        <translation>坐标系“{crs}”的坐标不以米为单位。请选择投影坐标系，如 EPSG:4547。</translation>
    </message>
    <message>
        <source>Already in the network or the survey</source>
        <translation>管网或本次成果中已有</translation>
    </message>
    <message>
        <source>A point of its line is rejected or missing</source>
        <translation>该线的点被拒收或缺失</translation>
    </message>
    <message>
        <source>Names neither a point nor a line</source>
        <translation>既无点也无线</translation>
    </message>
    <message>
        <source>A decision about its file is open</source>
        <translation>该文件尚有待定事项</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>标题</translation>
    </message>
    <message>
        <source>Heading</source>
        <translation>表头</translation>
    </message>
    <message>
        <source>Units</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>注释</translation>
    </message>
    <message>
        <source>Deleted point</source>
        <translation>已删除的点</translation>
    </message>
    <message>
        <source>Transform set “{name}” of the network can't be read. Give its common points again.</source>
        <translation>管网中的坐标转换参数“{name}”无法读取。请重新给出公共点。</translation>
    </message>
    <message numerus="yes">
        <source>Transform set “{name}” has %n common point(s). Give at least three.</source>
        <translation>
            <numerusform>坐标转换参数“{name}”有 %n 个公共点。请至少给出三个。</numerusform>
        </translation>
    </message>
    <message>
        <source>Transform set “{name}”: a coordinate is not a number. Correct its common points.</source>
        <translation>坐标转换参数“{name}”：有坐标不是数字。请改正公共点。</translation>
    </message>
    <message>
        <source>The common points of transform set “{name}” lie in one place. Give points far apart.</source>
        <translation>坐标转换参数“{name}”的公共点位于同一处。请给出相距较远的点。</translation>
    </message>
    <message>
        <source>{file} is a field book {format}, which is read by the Python package totalopenstation. Install it, or export the points as CSV.</source>
        <translation>{file} 是 {format} 外业手簿，需由 Python 包 totalopenstation 读取。请安装该包，或将测点导出为 CSV。</translation>
    </message>
    <message>
        <source>The field book {file} can&apos;t be read: {reason}. Export the points as CSV.</source>
        <translation>外业手簿 {file} 无法读取：{reason}。请将测点导出为 CSV。</translation>
    </message>
    <message>
        <source>{file} has no points with coordinates. Export them as CSV.</source>
        <translation>{file} 中没有带坐标的测点。请将测点导出为 CSV。</translation>
    </message>
    <message>
        <source>{file} has neither blocks, points nor lines. Choose another drawing.</source>
        <translation>{file} 中没有图块、点或线。请选择其他图纸。</translation>
    </message>
    <message>
        <source>{file} has no layer of points or lines. Choose another file.</source>
        <translation>{file} 中没有点或线图层。请选择其他文件。</translation>
    </message>
    <message>
        <source>{file} has measurements but no coordinates. Export the coordinates of the points.</source>
        <translation>{file} 只有观测值，没有坐标。请导出测点坐标。</translation>
    </message>
    <message>
        <source>{file} has no points with grid coordinates. Export the job with its reductions.</source>
        <translation>{file} 中没有带平面坐标的点。请将任务连同归算成果一起导出。</translation>
    </message>
    <message>
        <source>The tags North and East are swapped: their numbers say so.</source>
        <translation>从数值看，North 与 East 标签写反了。</translation>
    </message>
    <message>
        <source>The job was shown in feet; JobXML keeps metres, which are read.</source>
        <translation>该任务以英尺显示；JobXML 内部以米存储，已按米读取。</translation>
    </message>
    <message>
        <source>{file}: the unit of length “{unit}” is not known. Export the file in metres.</source>
        <translation>{file}：长度单位“{unit}”无法识别。请以米为单位导出。</translation>
    </message>
    <message>
        <source>{file} has no points (CgPoint, Struct). Export them too.</source>
        <translation>{file} 中没有点（CgPoint、Struct）。请连同点一起导出。</translation>
    </message>
    <message>
        <source>{file} is a GeoPackage of another name. Give it the ending .gpkg.</source>
        <translation>{file} 是 GeoPackage，但扩展名不符。请将扩展名改为 .gpkg。</translation>
    </message>
    <message>
        <source>{file} is a DWG drawing, which can&apos;t be read. Save it as DXF in your CAD program.</source>
        <translation>{file} 是 DWG 图纸，无法读取。请在 CAD 软件中另存为 DXF。</translation>
    </message>
    <message>
        <source>{file} is an Access database, which can&apos;t be read. Export its tables to XLSX or CSV.</source>
        <translation>{file} 是 Access 数据库，无法读取。请将其中的表导出为 XLSX 或 CSV。</translation>
    </message>
    <message>
        <source>the file declares a document type, which no survey needs. It is not read.</source>
        <translation>文件声明了文档类型（DOCTYPE），测量文件不需要它，因此不予读取。</translation>
    </message>
    <message>
        <source>the elements are nested too deep. Export the file again.</source>
        <translation>元素嵌套过深。请重新导出文件。</translation>
    </message>
    <message>
        <source>the XML is damaged. Export the file again.</source>
        <translation>XML 已损坏。请重新导出文件。</translation>
    </message>
    <message>
        <source>{file}, row {row}: {reason}</source>
        <translation>{file} 第 {row} 行：{reason}</translation>
    </message>
    <message>
        <source>{file} has {rows} rows and {columns} columns, more than a survey file can have. Check whether it is damaged, or divide it.</source>
        <translation>{file} 有 {rows} 行、{columns} 列，超出测量文件的范围。请检查文件是否损坏，或将其拆分。</translation>
    </message>
    <message>
        <source>quotation marks are not closed.</source>
        <translation>引号没有配对。</translation>
    </message>
    <message>
        <source>there are bytes that no text has. Choose the file that the instrument or program exported.</source>
        <translation>含有文本中不应出现的字节。请选择仪器或软件导出的原始文件。</translation>
    </message>
    <message>
        <source>The sheet is hidden; its rows are read.</source>
        <translation>该工作表已隐藏，其中各行照常读取。</translation>
    </message>
    <message>
        <source>The row is hidden in the workbook; it is read.</source>
        <translation>该行在工作簿中已隐藏，照常读取。</translation>
    </message>
    <message>
        <source>Columns are hidden in the workbook and read: {columns}</source>
        <translation>工作簿中有隐藏列，照常读取：{columns}</translation>
    </message>
    <message>
        <source>Merged cells of column {column}: their text counts for the rows {first} to {last}.</source>
        <translation>{column} 列有合并单元格：其内容适用于第 {first} 至 {last} 行。</translation>
    </message>
    <message>
        <source>{file} is XML of another kind: {root}. Export LandXML or JobXML.</source>
        <translation>{file} 是其他类型的 XML：{root}。请导出 LandXML 或 JobXML。</translation>
    </message>
    <message>
        <source>{where} has no column {columns}. It has: {names}.</source>
        <translation>{where} 没有列 {columns}。现有的列：{names}。</translation>
    </message>
    <message>
        <source>the headings do not say which columns hold the points or the lines.</source>
        <translation>从表头无法判断哪些列是点、哪些列是线。</translation>
    </message>
    <message>
        <source>the columns {columns} could both be “{field}”.</source>
        <translation>列 {columns} 都可能是“{field}”。</translation>
    </message>
    <message>
        <source>there is no column for {fields}.</source>
        <translation>没有与 {fields} 对应的列。</translation>
    </message>
    <message>
        <source>{where} does not have the columns of {preset}: {columns}. Choose another preset.</source>
        <translation>{where} 不符合 {preset} 的列：{columns}。请选择其他预设。</translation>
    </message>
    <message>
        <source>{where}: row {row} should contain the column names but is empty. Choose another row.</source>
        <translation>{where}：第 {row} 行应为表头，但该行为空。请选择其他行。</translation>
    </message>
    <message>
        <source>{file}, sheet {sheet}</source>
        <translation>{file} 的工作表 {sheet}</translation>
    </message>
    <message>
        <source>{file} has neither points nor lines. Choose another file.</source>
        <translation>{file} 中既没有点也没有线。请选择其他文件。</translation>
    </message>
    <message>
        <source>The mapping of the survey is not valid: {what}</source>
        <translation>测量文件的映射无效：{what}</translation>
    </message>
    <message>
        <source>“{key}” must name a text for each field.</source>
        <translation>“{key}”中每个字段的值都应为文本。</translation>
    </message>
    <message>
        <source>“{key}” names {fields}, which no survey has. Known fields: {known}.</source>
        <translation>“{key}”中的 {fields} 不是测量字段。可用字段：{known}。</translation>
    </message>
    <message>
        <source>each entry of “tables” has the keys {keys} only.</source>
        <translation>“tables”的每一项只能有以下键：{keys}。</translation>
    </message>
    <message>
        <source>“role” is one of {roles}.</source>
        <translation>“role”应为以下之一：{roles}。</translation>
    </message>
    <message>
        <source>“heading_row” is a whole number from 1.</source>
        <translation>“heading_row”应为从 1 开始的整数。</translation>
    </message>
    <message>
        <source>“{key}” is a text, * stands for any signs.</source>
        <translation>“{key}”应为文本，* 代表任意字符。</translation>
    </message>
    <message>
        <source>it is an object with the keys {keys} only.</source>
        <translation>它应为对象，且只能有以下键：{keys}。</translation>
    </message>
    <message>
        <source>“preset” is one of {presets}.</source>
        <translation>“preset”应为以下之一：{presets}。</translation>
    </message>
    <message>
        <source>“tables” is a list.</source>
        <translation>“tables”应为列表。</translation>
    </message>
    <message>
        <source>Checking points</source>
        <translation>正在检查测点</translation>
    </message>
    <message>
        <source>Checking lines</source>
        <translation>正在检查测线</translation>
    </message>
    <message>
        <source>Making nodes and pipes</source>
        <translation>正在生成节点和管段</translation>
    </message>
    <message>
        <source>Checking levels</source>
        <translation>正在检查高程</translation>
    </message>
    <message>
        <source>{mm} mm from the planned line, at most {limit_mm} mm</source>
        <translation>偏离设计中线 {mm} mm，允许 {limit_mm} mm</translation>
    </message>
    <message>
        <source>{mm} mm from the planned invert level, at most {limit_mm} mm</source>
        <translation>管底高程与设计相差 {mm} mm，允许 {limit_mm} mm</translation>
    </message>
    <message>
        <source>cover of {cover_m} m, at least {least_m} m</source>
        <translation>覆土 {cover_m} m，应不小于 {least_m} m</translation>
    </message>
    <message>
        <source>DN{now_mm} instead of the planned DN{planned_mm}</source>
        <translation>管径 DN{now_mm}，设计为 DN{planned_mm}</translation>
    </message>
    <message>
        <source>{now} instead of the planned {planned}</source>
        <translation>管材为{now}，设计为{planned}</translation>
    </message>
    <message>
        <source>surveyed on {surveyed}, after backfilling on {backfilled}</source>
        <translation>{surveyed} 测量，晚于覆土日期 {backfilled}</translation>
    </message>
    <message>
        <source>material not verified: enter who verified it and when</source>
        <translation>材料未核验：请填写核验人和日期</translation>
    </message>
    <message>
        <source>no date of survey</source>
        <translation>缺少测量日期</translation>
    </message>
    <message>
        <source>no photo</source>
        <translation>缺少照片</translation>
    </message>
    <message>
        <source>a photo was taken {away_m} m away</source>
        <translation>有照片的拍摄位置距管段 {away_m} m</translation>
    </message>
    <message>
        <source>no point from {from_m} m to {to_m} m along the pipe, one every {limit_m} m is needed</source>
        <translation>里程 {from_m} m 至 {to_m} m 无测点，应每 {limit_m} m 一点</translation>
    </message>
    <message>
        <source>bends without a point: {count}</source>
        <translation>转折处缺测点：{count} 处</translation>
    </message>
    <message>
        <source>no point at the tee {node}</source>
        <translation>三通 {node} 处无测点</translation>
    </message>
    <message>
        <source>no point at the valve {node}</source>
        <translation>阀门 {node} 处无测点</translation>
    </message>
    <message>
        <source>The workbook {file} is damaged. Open it in a spreadsheet program and save it again.</source>
        <translation>工作簿 {file} 已损坏。请用表格软件打开后重新保存。</translation>
    </message>
    <message>
        <source>{file} is protected by a password. Remove it and save the file again.</source>
        <translation>{file} 设有密码。请取消密码后重新保存。</translation>
    </message>
    <message>
        <source>{file} declares a document type, which no workbook does. It is not read.</source>
        <translation>{file} 声明了文档类型（DOCTYPE），正常的工作簿不会这样，因此不予读取。</translation>
    </message>
    <message>
        <source>Store the leakage rate of each area and month, and colour the areas by it and night flow</source>
        <translation>保存各分区逐月漏损率，并按漏损率与夜间最小流量给分区着色</translation>
    </message>
    <message>
        <source>Export survey tables…</source>
        <translation>导出测量成果表…</translation>
    </message>
    <message>
        <source>Last verified map</source>
        <translation>核验情况图</translation>
    </message>
    <message>
        <source>Drop a survey file here.</source>
        <translation>将测量文件拖到这里。</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message numerus="yes">
        <source>%n batch(es)</source>
        <translation>
            <numerusform>%n 批</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) open</source>
        <translation>
            <numerusform>%n 段待核验</numerusform>
        </translation>
    </message>
    <message>
        <source>Click for the list of pipes to verify.</source>
        <translation>单击打开待核验管段列表。</translation>
    </message>
    <message>
        <source>last {date}, {file}</source>
        <translation>最近 {date}，{file}</translation>
    </message>
    <message>
        <source>{n} survey files imported; the last one {file} on {date}.</source>
        <translation>已导入 {n} 个测量文件；最近一次为 {date} 的 {file}。</translation>
    </message>
    <message>
        <source>Import survey files; or drop them here</source>
        <translation>导入测量文件；也可拖到这里</translation>
    </message>
    <message>
        <source>No pipe waits for verification. Survey planned pipes first.</source>
        <translation>没有待核验的管段。请先测量设计管段。</translation>
    </message>
    <message>
        <source>Seen</source>
        <translation>已阅</translation>
    </message>
    <message>
        <source>Row no.</source>
        <translation>行号</translation>
    </message>
    <message>
        <source>Point no.</source>
        <translation>点号</translation>
    </message>
    <message>
        <source>Import valid rows</source>
        <translation>只导入有效行</translation>
    </message>
    <message numerus="yes">
        <source>%n error(s). Correct the file and drop it again, or import the valid rows.</source>
        <translation>
            <numerusform>有 %n 个错误。请改正文件后重新拖入，或只导入有效行。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s) to look at. Tick what is right as it is.</source>
        <translation>
            <numerusform>有 %n 条警告待查看。确认无误的请勾选。</numerusform>
        </translation>
    </message>
    <message>
        <source>Rows with errors are left out.</source>
        <translation>有错误的行不导入。</translation>
    </message>
    <message>
        <source>Number with prefix {prefix}</source>
        <translation>加前缀 {prefix} 编号</translation>
    </message>
    <message>
        <source>Tick all of this kind</source>
        <translation>同类全部勾选</translation>
    </message>
    <message>
        <source>Seen, and right as it is</source>
        <translation>已查看，确认无误</translation>
    </message>
    <message>
        <source>Points</source>
        <translation>点</translation>
    </message>
    <message>
        <source>Points and lines</source>
        <translation>点和线</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Holds</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Suggested: planned pipes lie beneath the points.</source>
        <translation>建议值：测点下方有设计管段。</translation>
    </message>
    <message numerus="yes">
        <source>%n question(s) open</source>
        <translation>
            <numerusform>%n 个问题待定</numerusform>
        </translation>
    </message>
    <message>
        <source>{rows} rows: {ready} ready, {rejected} rejected</source>
        <translation>共 {rows} 行：{ready} 行可入库，{rejected} 行拒收</translation>
    </message>
    <message numerus="yes">
        <source>%n planned pipe(s) become as-built.</source>
        <translation>
            <numerusform>%n 段设计管段转为竣工。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) stay planned: evidence is missing or contrary.</source>
        <translation>
            <numerusform>%n 段仍为设计状态：依据不足或不符。</numerusform>
        </translation>
    </message>
    <message>
        <source>Pipes to verify</source>
        <translation>待核验管段</translation>
    </message>
    <message>
        <source>Undo the import</source>
        <translation>撤销导入</translation>
    </message>
    <message>
        <source>Imported into {name}.</source>
        <translation>已导入 {name}。</translation>
    </message>
    <message>
        <source>Nothing has been written yet. “Import” writes these rows to {name}.</source>
        <translation>尚未写入任何内容。点“导入”将这些行写入 {name}。</translation>
    </message>
    <message>
        <source>Decided so far</source>
        <translation>已判定</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>判定事项</translation>
    </message>
    <message>
        <source>Nothing is open: the files say it all.</source>
        <translation>无待定事项：文件已全部说明。</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>What is missing</source>
        <translation>缺少的内容</translation>
    </message>
    <message>
        <source>Surveyed on</source>
        <translation>测量日期</translation>
    </message>
    <message>
        <source>Every surveyed pipe is verified.</source>
        <translation>所有已测管段均已核验。</translation>
    </message>
    <message>
        <source>Height datum</source>
        <translation>高程基准</translation>
    </message>
    <message>
        <source>Heights are of</source>
        <translation>高程位置</translation>
    </message>
    <message>
        <source>Levels are of</source>
        <translation>管线高程位置</translation>
    </message>
    <message>
        <source>Diameters are</source>
        <translation>管径类型</translation>
    </message>
    <message>
        <source>Planned pipe</source>
        <translation>设计管段</translation>
    </message>
    <message>
        <source>the first coordinate is north</source>
        <translation>第一个坐标为北坐标</translation>
    </message>
    <message>
        <source>the first coordinate is east</source>
        <translation>第一个坐标为东坐标</translation>
    </message>
    <message>
        <source>1985 national height datum</source>
        <translation>1985 国家高程基准</translation>
    </message>
    <message>
        <source>1956 Yellow Sea height datum</source>
        <translation>1956 黄海高程系</translation>
    </message>
    <message>
        <source>a local height datum</source>
        <translation>地方高程基准</translation>
    </message>
    <message>
        <source>ellipsoidal heights</source>
        <translation>大地高</translation>
    </message>
    <message>
        <source>ground</source>
        <translation>地面</translation>
    </message>
    <message>
        <source>top of the pipe</source>
        <translation>管顶</translation>
    </message>
    <message>
        <source>invert</source>
        <translation>管内底</translation>
    </message>
    <message>
        <source>top for pressure pipes, invert for drains (CJJ 61)</source>
        <translation>压力管为管顶，排水管为管内底（CJJ 61）</translation>
    </message>
    <message>
        <source>nominal diameters</source>
        <translation>公称直径</translation>
    </message>
    <message>
        <source>outer diameters</source>
        <translation>外径</translation>
    </message>
    <message>
        <source>In which encoding are the texts written?</source>
        <translation>文字用的是哪种编码？</translation>
    </message>
    <message>
        <source>Where do the points lie?</source>
        <translation>测点在哪里？</translation>
    </message>
    <message>
        <source>To which height datum do the heights refer?</source>
        <translation>高程采用哪个基准？</translation>
    </message>
    <message>
        <source>Of what are the heights of the points?</source>
        <translation>测点高程测的是哪里？</translation>
    </message>
    <message>
        <source>What do the levels and depths of the lines refer to?</source>
        <translation>管线的高程和埋深以何处为准？</translation>
    </message>
    <message>
        <source>Which planned pipe was laid here?</source>
        <translation>此处敷设的是哪一段设计管段？</translation>
    </message>
    <message>
        <source>This file was imported already. Import it again?</source>
        <translation>该文件已导入过。是否再次导入？</translation>
    </message>
    <message>
        <source>Choose the files of the survey first.</source>
        <translation>请先选择测量文件。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read. Mend it, or leave it out.</source>
        <translation>无法读取 {name}。请修复该文件，或不导入它。</translation>
    </message>
    <message>
        <source>Choose one of the candidates, here or on the map.</source>
        <translation>请在此处或地图上选择一个候选。</translation>
    </message>
    <message>
        <source>Rows with errors are in the way. Mend the file, or import the valid rows.</source>
        <translation>存在有错误的行。请改正文件，或只导入有效行。</translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s) have no tick yet.</source>
        <translation>
            <numerusform>还有 %n 条警告未勾选。</numerusform>
        </translation>
    </message>
    <message>
        <source>Recheck of surveyed points</source>
        <translation>测点复核</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Trying the import</source>
        <translation>正在试导入</translation>
    </message>
    <message>
        <source>Import</source>
        <comment>verb</comment>
        <translation>导入</translation>
    </message>
    <message>
        <source>Importing</source>
        <translation>正在导入</translation>
    </message>
    <message>
        <source>Close without importing? Your answers would be lost.</source>
        <translation>不导入就关闭？已作的回答将丢失。</translation>
    </message>
    <message>
        <source>It was imported as {batch}.</source>
        <translation>已作为 {batch} 导入。</translation>
    </message>
    <message>
        <source>Leave it out</source>
        <translation>不导入</translation>
    </message>
    <message>
        <source>Import it again</source>
        <translation>再次导入</translation>
    </message>
    <message>
        <source>who</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>On</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Material verified</source>
        <translation>材料已核验</translation>
    </message>
    <message>
        <source>Photo…</source>
        <translation>照片…</translation>
    </message>
    <message>
        <source>Override…</source>
        <translation>放行…</translation>
    </message>
    <message>
        <source>Verification: {verdict}, overridden by {name} ({reason})</source>
        <translation>核验结论：{verdict}，已由 {name} 放行（{reason}）</translation>
    </message>
    <message>
        <source>Verification: {verdict}</source>
        <translation>核验结论：{verdict}</translation>
    </message>
    <message>
        <source>Photos of the open trench</source>
        <translation>沟槽照片</translation>
    </message>
    <message>
        <source>Why may the pipe be used though it is not verified?</source>
        <translation>未经核验为何可以投用？</translation>
    </message>
    <message>
        <source>Override</source>
        <translation>放行</translation>
    </message>
    <message>
        <source>Say who, in the field above: the name is kept with the verification.</source>
        <translation>请在上方填写姓名：姓名随核验记录保存。</translation>
    </message>
    <message>
        <source>There are unsaved edits. Save or discard them, then verify.</source>
        <translation>有未保存的编辑。请先保存或放弃，再核验。</translation>
    </message>
    <message>
        <source>verification sheets</source>
        <translation>覆土前核验单</translation>
    </message>
    <message>
        <source>Reading the survey files</source>
        <translation>正在读取测量文件</translation>
    </message>
    <message>
        <source>DECISIONS names {files}, which is not among the files.</source>
        <translation>DECISIONS 提到 {files}，但输入文件中没有。</translation>
    </message>
    <message>
        <source>Deciding {file}</source>
        <translation>正在判定 {file}</translation>
    </message>
    <message>
        <source>MAPPING: “id_prefix” is a text, or a text for each file by its name.</source>
        <translation>MAPPING：“id_prefix”应为文本，或按文件名分别给出的文本。</translation>
    </message>
    <message>
        <source>There is nothing to hand over: no pipe or node in use fits SYSTEMS and AREA. Change them.</source>
        <translation>没有可移交的内容：没有在用管段或设施符合 SYSTEMS 和 AREA。请修改。</translation>
    </message>
    <message>
        <source>Numbering points</source>
        <translation>正在编点号</translation>
    </message>
    <message>
        <source>{path} is a file, and CSV tables need a folder. Choose another location.</source>
        <translation>{path} 是文件，CSV 成果表需要文件夹。请另选位置。</translation>
    </message>
    <message>
        <source>{folder} holds tables that would stay beside the new ones: {names}. Choose an empty folder.</source>
        <translation>{folder} 中有会与新表并存的旧表：{names}。请选择空文件夹。</translation>
    </message>
    <message>
        <source>JOIN_TOLERANCE is a distance from 0 to 10 m.</source>
        <translation>JOIN_TOLERANCE 应为 0 至 10 m 的距离。</translation>
    </message>
    <message>
        <source>{name} can't be “{value}”. Use one of: {values}.</source>
        <translation>{name} 不能为“{value}”，可用：{values}。</translation>
    </message>
    <message>
        <source>{file} was imported already, as {batch}. To import it again, give “again”: true in DECISIONS.</source>
        <translation>{file} 已导入过，批次为 {batch}。确需再次导入，请在 DECISIONS 中给出“again”: true。</translation>
    </message>
    <message numerus="yes">
        <source>{error} To import the rows without errors only, run with ROWS=valid. Errors: %n.</source>
        <translation>
            <numerusform>{error}只导入无错误的行请用 ROWS=valid。错误共 %n 条。</numerusform>
        </translation>
    </message>
    <message>
        <source>row {number}</source>
        <translation>第 {number} 行</translation>
    </message>
    <message>
        <source>The folder {path} has no survey file. Choose another folder, or name the files.</source>
        <translation>文件夹 {path} 中没有测量文件。请选择其他文件夹，或直接指定文件。</translation>
    </message>
    <message>
        <source>Name at least one survey file, or a folder of them.</source>
        <translation>请指定至少一个测量文件，或存放测量文件的文件夹。</translation>
    </message>
    <message>
        <source>{file} is a link to another file. Copy the file itself here.</source>
        <translation>{file} 是指向其他文件的链接。请将文件本身复制到此处。</translation>
    </message>
    <message>
        <source>{file} is {size} MB, more than {most} MB. Divide it into smaller files.</source>
        <translation>{file} 大小为 {size} MB，超过 {most} MB。请拆分为较小的文件。</translation>
    </message>
    <message>
        <source>{file} can&apos;t be read: {reason}. Copy it to another folder and try again.</source>
        <translation>{file} 无法读取：{reason}。请复制到其他文件夹后重试。</translation>
    </message>
    <message>
        <source>Reading the nodes of the network</source>
        <translation>正在读取管网节点</translation>
    </message>
    <message>
        <source>{name}: the file {path} can&apos;t be read. Give a JSON file in UTF-8, or JSON text.</source>
        <translation>{name}：文件 {path} 无法读取。请给出 UTF-8 编码的 JSON 文件或 JSON 文本。</translation>
    </message>
    <message>
        <source>{name} is not valid JSON: line {line}, column {column}. Correct it and run again.</source>
        <translation>{name} 不是有效的 JSON：第 {line} 行第 {column} 列。请更正后重新运行。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read: {reason}. Correct it and run again.</source>
        <translation>{name} 无法读取：{reason}。请更正后重新运行。</translation>
    </message>
    <message>
        <source>{name} must be a single JSON object in braces.</source>
        <translation>{name} 应为一个带花括号的 JSON 对象。</translation>
    </message>
    <message>
        <source>No pipe was verified with the survey batch {batch}. Check its id, or enter PIPES.</source>
        <translation>没有管段以测量批次 {batch} 核验。请核对编号，或填写 PIPES。</translation>
    </message>
    <message>
        <source>There is no pipe {pipe} in this network. Check its id.</source>
        <translation>管网中没有管段 {pipe}。请核对编号。</translation>
    </message>
    <message>
        <source>{pipes} were never verified: import their survey, or verify them first.</source>
        <translation>{pipes} 从未核验：请先导入测量成果或进行核验。</translation>
    </message>
    <message>
        <source>PIPE is empty. Enter the id of the pipe to verify.</source>
        <translation>PIPE 为空。请填写要核验的管段编号。</translation>
    </message>
    <message>
        <source>An override needs both a name and a reason. Enter both, or neither.</source>
        <translation>放行须同时填写放行人和理由，或都不填。</translation>
    </message>
    <message>
        <source>The material was verified, but not by whom. Enter MATERIAL_VERIFIED_BY.</source>
        <translation>已填材料核验日期，但未填核验人。请填写 MATERIAL_VERIFIED_BY。</translation>
    </message>
    <message>
        <source>{day} is yet to come. Enter the day on which it was done.</source>
        <translation>{day} 尚未到来。请填写实际日期。</translation>
    </message>
    <message>
        <source>Pipe {pipe} has no line. Draw it before it is verified.</source>
        <translation>管段 {pipe} 没有线形，请先绘制再核验。</translation>
    </message>
    <message>
        <source>Verify {pipe}</source>
        <translation>核验 {pipe}</translation>
    </message>
    <message>
        <source>{pipe}: {verdict} ({reasons}).</source>
        <translation>{pipe}：{verdict}（{reasons}）。</translation>
    </message>
    <message>
        <source>{pipe}: {verdict}.</source>
        <translation>{pipe}：{verdict}。</translation>
    </message>
    <message>
        <source>Overridden by {name}: {reason}.</source>
        <translation>{name} 放行：{reason}。</translation>
    </message>
    <message>
        <source>The pipe is in use now.</source>
        <translation>该管段已转为在用。</translation>
    </message>
    <message>
        <source>No metered area has a leakage rate in this period: nothing was written.</source>
        <translation>本时段没有可计算漏损率的独立计量区，未写入任何数据。</translation>
    </message>
    <message>
        <source>The photo {name} lies outside the folder of its survey file. Put it beside that file.</source>
        <translation>照片 {name} 不在测量文件所在文件夹内。请放到测量文件旁。</translation>
    </message>
    <message>
        <source>“{name}” can't be the name of a photo. Rename the file.</source>
        <translation>“{name}”不能作为照片文件名。请重命名。</translation>
    </message>
    <message>
        <source>There is no photo {path}. Choose a file.</source>
        <translation>没有照片 {path}。请选择文件。</translation>
    </message>
    <message>
        <source>{path} is a link or no file. Choose the photo itself.</source>
        <translation>{path} 是链接或不是文件。请选择照片本身。</translation>
    </message>
    <message>
        <source>{name} is not a photo. Choose a file that ends in {endings}.</source>
        <translation>{name} 不是照片。请选择扩展名为 {endings} 的文件。</translation>
    </message>
    <message>
        <source>{name} is empty or larger than 200 MB. Choose another photo.</source>
        <translation>{name} 为空或大于 200 MB。请另选照片。</translation>
    </message>
    <message>
        <source>The folder {path} for photos can&apos;t be made. Check whether its place can be written.</source>
        <translation>无法建立照片文件夹 {path}。请检查该位置是否可写。</translation>
    </message>
    <message>
        <source>{path} can&apos;t be copied beside the network: {reason}. Check the disk and try again.</source>
        <translation>{path} 无法复制到管网旁：{reason}。请检查磁盘后重试。</translation>
    </message>
    <message>
        <source>The drawing {file} can&apos;t be read: it is damaged. Save it again as DXF in your CAD program.</source>
        <translation>图纸 {file} 已损坏，无法读取。请在 CAD 软件中重新另存为 DXF。</translation>
    </message>
    <message>
        <source>{file} is a binary DXF. Save it as DXF in text form in your CAD program.</source>
        <translation>{file} 是二进制 DXF。请在 CAD 软件中另存为文本格式的 DXF。</translation>
    </message>
    <message>
        <source>{file} can only be read within QGIS. Save its tables as CSV, or run this in QGIS.</source>
        <translation>{file} 只能在 QGIS 中读取。请将其中的表另存为 CSV，或在 QGIS 中运行。</translation>
    </message>
    <message>
        <source>{file} is a network, not a survey. Choose the file that came from the field.</source>
        <translation>{file} 是管网文件，不是测量文件。请选择外业带回的文件。</translation>
    </message>
    <message>
        <source>leakage rates of metered areas; survey files with decisions, verifications, attachments</source>
        <translation>计量分区漏损率；测量文件及其判定、核验、附件</translation>
    </message>
    <message numerus="yes">
        <source>%n planned pipe(s) can&apos;t be taken into use before being verified: {pipes}. Verify them, or enter who overrides the verdict and why.</source>
        <translation>
            <numerusform>%n 条设计管段未经核验，不能转为在用：{pipes}。请先核验，或填写放行人和理由。</numerusform>
        </translation>
    </message>
    <message>
        <source>Name of a table (pipe, node, failure, ...), or a view: pipe_health, pipe_plan, pipe_verified, zone_leakage.</source>
        <translation>表名（pipe、node、failure 等）或视图：pipe_health、pipe_plan、pipe_verified、zone_leakage。</translation>
    </message>
    <message>
        <source>Turns the files of a survey into nodes and pipes: text files of receivers and total stations, tables of CJJ 61, workbooks, drawings. Axes, zone and heights are decided by evidence; what stays open has to be answered in DECISIONS. Every row is imported, merged, rejected or skipped. One batch is written, with a backup, and can be undone as a whole.</source>
        <translation>将测量文件转为节点和管段：RTK 与全站仪文本、CJJ 61 成果表、Excel 工作簿、图形文件。坐标轴、带号和高程按依据判定，未能判定的须在 DECISIONS 中回答。每一行都记为已入库、已合并、拒收或略过。写入为一个批次，事先备份，可整批撤销。</translation>
    </message>
    <message>
        <source>A census of what is there; an as-built survey, whose lines take the place of planned pipes; or a recheck of nodes, whose differences are listed, and taken as DECISIONS say.</source>
        <translation>现状普查；竣工测量（测线取代其所在的设计管段）；或节点复核（列出差异，按 DECISIONS 采用）。</translation>
    </message>
    <message>
        <source>Pipes with verdicts</source>
        <translation>带核验结论的管段</translation>
    </message>
    <message>
        <source>Of these pipes the section is given and not the diameter: {names}.</source>
        <translation>以下管段给出断面尺寸，不给出管径：{names}。</translation>
    </message>
    <message>
        <source>Rising mains are given like other drains, with levels and depths of the invert: {names}.</source>
        <translation>压力排水管与其他排水管相同，给出管底高程和管底埋深：{names}。</translation>
    </message>
    <message numerus="yes">
        <source>%n point(s) rechecked: plane RMSE {plane} m, height RMSE {height} m.</source>
        <translation>
            <numerusform>复核 %n 点：平面中误差 {plane} m，高程中误差 {height} m。</numerusform>
        </translation>
    </message>
    <message>
        <source>The coordinate system that the file names puts it far from existing assets, but read otherwise it lies within {limit_km:g} km of them.</source>
        <translation>按文件注明的坐标系，点远离既有设施；而按另一种方式读取，点位于既有设施 {limit_km:g} km 范围内。</translation>
    </message>
    <message>
        <source>Take the new value</source>
        <translation>采用新值</translation>
    </message>
    <message>
        <source>No row of {files} can be imported. {reason}</source>
        <translation>{files} 没有可入库的行。{reason}</translation>
    </message>
    <message>
        <source>DECISIONS: “take” is true, or a list of the ids that are taken.</source>
        <translation>DECISIONS：“take”应为 true，或为采用的编号列表。</translation>
    </message>
    <message>
        <source>{rows} rows, {questions}</source>
        <translation>{rows} 行，{questions}</translation>
    </message>
    <message>
        <source>flow of drains; drainage of compounds; numbers of defects</source>
        <translation>排水管流向；小区排水体制；缺陷损坏编号</translation>
    </message>
    <message>
        <source>Common points of {file}</source>
        <translation>{file} 的公共点</translation>
    </message>
    <message>
        <source>Click a point of the file, then its place on the map; three points at least. Figures can be typed too; a point without its tick is left out.</source>
        <translation>先点文件中的点，再点它在地图上的位置，至少三个点。数值也可直接输入；未勾选的点不参与计算。</translation>
    </message>
    <message>
        <source>East</source>
        <translation>东坐标</translation>
    </message>
    <message>
        <source>North</source>
        <translation>北坐标</translation>
    </message>
    <message>
        <source>Off (mm)</source>
        <translation>残差（mm）</translation>
    </message>
    <message>
        <source>Type a point</source>
        <translation>输入点</translation>
    </message>
    <message>
        <source>Use these points</source>
        <translation>采用这些点</translation>
    </message>
    <message>
        <source>In the file</source>
        <translation>文件中的点</translation>
    </message>
    <message>
        <source>Common points</source>
        <translation>公共点</translation>
    </message>
    <message>
        <source>Click a point of the file first.</source>
        <translation>请先点文件中的一个点。</translation>
    </message>
    <message numerus="yes">
        <source>Root mean square of %n point(s): {rms} mm</source>
        <translation>
            <numerusform>%n 个点的中误差：{rms} mm</numerusform>
        </translation>
    </message>
    <message>
        <source>Click where {number} is on the map.</source>
        <translation>请在地图上点出 {number} 的位置。</translation>
    </message>
    <message numerus="yes">
        <source>%n of 3 points</source>
        <translation>
            <numerusform>已有 %n 个点，至少 3 个</numerusform>
        </translation>
    </message>
    <message>
        <source>None of these: common points…</source>
        <translation>都不是：用公共点…</translation>
    </message>
    <message>
        <source>Common points…</source>
        <translation>公共点…</translation>
    </message>
    <message>
        <source>Find misconnections</source>
        <translation>雨污混接排查</translation>
    </message>
    <message>
        <source>Near, m</source>
        <translation>邻近距离，m</translation>
    </message>
    <message>
        <source>An end joined to nothing is looked at up to this distance from a drain of the other system.</source>
        <translation>未连接的管端在此距离内有另一系统管道时列出。</translation>
    </message>
    <message>
        <source>Keep the findings as issues, in one batch. Otherwise they are listed only.</source>
        <translation>将结果作为问题存入一个批次，否则仅列出。</translation>
    </message>
    <message>
        <source>Misconnections</source>
        <translation>混错接</translation>
    </message>
    <message>
        <source>Every finding at its place, the most urgent first.</source>
        <translation>各处结果及位置，按优先级排列。</translation>
    </message>
    <message>
        <source>Findings by rule and one by one; figures in a .json file next to it.</source>
        <translation>按规则汇总并逐处列出，数值另存于同名 .json 文件。</translation>
    </message>
    <message>
        <source>Per 1,000 ends of drains</source>
        <translation>每千个管端</translation>
    </message>
    <message>
        <source>Which manhole to open next</source>
        <translation>下一个该开的井</translation>
    </message>
    <message>
        <source>Sewage was seen in some manholes of the storm drains, in others not. Finds where it may still enter and which cover to open next: the one whose answer halves what is left. Without DIRTY and CLEAN, the newest “sewage_seen” readings are used. Drains whose flow is undetermined lead both ways. Nothing is written.</source>
        <translation>雨水管部分检查井见污水，部分未见。给出污水仍可能的接入点，以及下一个该开的井，即结果能把剩余范围减半的井。未填 DIRTY 和 CLEAN 时取最新的“sewage_seen”记录。流向不明的管道按双向考虑。不写入数据。</translation>
    </message>
    <message>
        <source>Dirty manholes</source>
        <translation>有污水的井</translation>
    </message>
    <message>
        <source>Ids of manholes with sewage, separated by semicolons.</source>
        <translation>有污水的检查井编号，以分号分隔。</translation>
    </message>
    <message>
        <source>Clean manholes</source>
        <translation>无污水的井</translation>
    </message>
    <message>
        <source>Ids of manholes without sewage, separated by semicolons.</source>
        <translation>无污水的检查井编号，以分号分隔。</translation>
    </message>
    <message>
        <source>Covers to open</source>
        <translation>待开检查井</translation>
    </message>
    <message>
        <source>Manholes, best first, with the candidates each answer leaves.</source>
        <translation>检查井按优先顺序排列，附两种结果各剩余的可能接入点数。</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>可能接入点</translation>
    </message>
    <message>
        <source>Where the sewage may enter, with the customers there.</source>
        <translation>污水可能的接入点及该处用户数。</translation>
    </message>
    <message>
        <source>Expected openings</source>
        <translation>预计开井次数</translation>
    </message>
    <message>
        <source>Next manhole</source>
        <translation>下一个检查井</translation>
    </message>
    <message>
        <source>{names}: a manhole can&apos;t be dirty and clean. Leave the older answer out.</source>
        <translation>{names}：同一检查井不能既有污水又无污水，请去掉较早的结果。</translation>
    </message>
    <message>
        <source>No manhole is dirty. Name those where sewage was seen in DIRTY, or record readings “sewage_seen”.</source>
        <translation>没有见污水的井。请在 DIRTY 中填写见污水的井，或录入“sewage_seen”记录。</translation>
    </message>
    <message>
        <source>{parameter}: the network has no asset {names}.</source>
        <translation>{parameter}：管网中没有 {names}。</translation>
    </message>
    <message>
        <source>{parameter}: no drain in use is joined to {names}.</source>
        <translation>{parameter}：{names} 没有连接在用排水管。</translation>
    </message>
    <message>
        <source>a joint without a node</source>
        <translation>无节点的连接处</translation>
    </message>
    <message>
        <source>heavy</source>
        <translation>重度</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>中度</translation>
    </message>
    <message>
        <source>light</source>
        <translation>轻度</translation>
    </message>
    <message>
        <source>The network has no drains in use.</source>
        <translation>管网中没有在用排水管。</translation>
    </message>
    <message>
        <source>Misconnections: {count} ({heavy} heavy); {others} further to look at.</source>
        <translation>混错接 {count} 处（重度 {heavy} 处），另有 {others} 处待查。</translation>
    </message>
    <message>
        <source>No misconnection was found.</source>
        <translation>未发现混错接。</translation>
    </message>
    <message>
        <source>M1 to M5 joined: {rate} per 1,000 ends of sewage and storm drains; about 1 is usual in clean data.</source>
        <translation>已连接的 M1 至 M5 为每千个雨污管端 {rate} 处，数据无误时通常约 1 处。</translation>
    </message>
    <message>
        <source>The flow of all {drains} drains is recorded.</source>
        <translation>全部 {drains} 条排水管均有流向记录。</translation>
    </message>
    <message>
        <source>The flow of {count} of {drains} drains is not recorded: inverts tell it, else the drawn order.</source>
        <translation>{drains} 条排水管中 {count} 条无流向记录，按管底高程判定，缺高程时按绘制方向。</translation>
    </message>
    <message>
        <source>How sure this is</source>
        <translation>可靠程度</translation>
    </message>
    <message>
        <source>Users behind</source>
        <translation>上游用户数</translation>
    </message>
    <message>
        <source>Drain</source>
        <translation>排水管</translation>
    </message>
    <message>
        <source>Length behind, m</source>
        <translation>上游管长，m</translation>
    </message>
    <message>
        <source>Outfall</source>
        <translation>排放口</translation>
    </message>
    <message>
        <source>Each of them</source>
        <translation>逐处列表</translation>
    </message>
    <message>
        <source>No single place leads to all of {dirty}: there are at least two sources. Search them one by one.</source>
        <translation>没有一处能同时通向 {dirty}，至少有两个污水来源，请逐一排查。</translation>
    </message>
    <message>
        <source>Sewage may enter at {count} places with {users} users.</source>
        <translation>污水可能的接入点有 {count} 处，涉及 {users} 个用户。</translation>
    </message>
    <message>
        <source>Open {node} next; about {expected} openings are left.</source>
        <translation>下一个开 {node}，预计还需开井约 {expected} 次。</translation>
    </message>
    <message>
        <source>No further cover tells them apart: look upstream of what is left.</source>
        <translation>已无检查井可再区分，请查看剩余接入点的上游。</translation>
    </message>
    <message>
        <source>NEAR must lie between 0 and 5 m.</source>
        <translation>NEAR 应在 0 至 5 m 之间。</translation>
    </message>
    <message>
        <source>Looking for misconnections</source>
        <translation>查找混错接</translation>
    </message>
    <message>
        <source>Searching the drains</source>
        <translation>搜索排水管</translation>
    </message>
    <message>
        <source>{pipe} rises along its recorded flow: a backfall, which only digging can mend.</source>
        <translation>{pipe} 沿已记录的流向升高，为实际逆坡，须开挖处理。</translation>
    </message>
    <message>
        <source>Grade inspections of drains</source>
        <translation>排水管道检测评级</translation>
    </message>
    <message>
        <source>Grades every inspection of a drain from its defects, by the standard it was made by: CJJ 181 (F, S, density, RI, MI, classes, advice), PACP (rating, index, quick rating) or EN 13508-2 (damage numbers and classes of ISYBAU). Scales are never converted. Only empty grades are filled in; where a given one differs, both are listed. Codes without a score are named and not counted.</source>
        <translation>按每次检测自身所依标准，由缺陷计算评级：CJJ 181（F、S、缺陷密度、RI、MI、等级与修复建议）、PACP（评分、指数、快速评级）或 EN 13508-2（ISYBAU 损坏编号与等级）。不同标准之间从不换算。仅填补空缺的等级；与已有等级不一致时两者并列。没有分值的代码会列出，不计入。</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Only inspections by this one: cjj_181, pacp or en_13508. Empty: each by its own.</source>
        <translation>仅评定依此标准的检测：cjj_181、pacp 或 en_13508。留空：各依自身标准。</translation>
    </message>
    <message>
        <source>Fill in the grades that are missing, in one batch. Otherwise they are listed only.</source>
        <translation>将空缺的等级作为一个批次填入；否则仅列出。</translation>
    </message>
    <message>
        <source>Graded inspections</source>
        <translation>检测评级结果</translation>
    </message>
    <message>
        <source>Every inspection with its figures, classes, advice, differences and reasons.</source>
        <translation>每次检测的数值、等级、修复建议、差异与说明。</translation>
    </message>
    <message>
        <source>Inspections</source>
        <translation>检测</translation>
    </message>
    <message>
        <source>Inspections with a grade</source>
        <translation>有等级的检测数</translation>
    </message>
    <message>
        <source>Inspections filled in</source>
        <translation>已填补等级的检测数</translation>
    </message>
    <message>
        <source>Inspections whose given grade differs</source>
        <translation>已有等级与计算不一致的检测数</translation>
    </message>
    <message>
        <source>Inspections with codes without a score</source>
        <translation>含无分值代码的检测数</translation>
    </message>
    <message>
        <source>a defect lies beyond the end of the pipe</source>
        <translation>有缺陷位置超出管段终点</translation>
    </message>
    <message>
        <source>no grade: it names no pipe</source>
        <translation>无等级：未指明管段</translation>
    </message>
    <message>
        <source>no grade: its standard is unknown or has no scale here</source>
        <translation>无等级：所依标准不明或没有评级尺度</translation>
    </message>
    <message>
        <source>a defect without a code</source>
        <translation>无代码缺陷</translation>
    </message>
    <message>
        <source>density unknown: neither inspection nor pipe has a length</source>
        <translation>缺陷密度未知：检测与管段均无长度</translation>
    </message>
    <message>
        <source>index unknown: the pipe has no diameter</source>
        <translation>指数未知：管段无管径</translation>
    </message>
    <message>
        <source>no grade: the inspected length is unknown</source>
        <translation>无等级：检测长度未知</translation>
    </message>
    <message>
        <source>{count} runs of that day count as one</source>
        <translation>当日 {count} 次检测合并计算</translation>
    </message>
    <message>
        <source>structural</source>
        <translation>结构性</translation>
    </message>
    <message>
        <source>functional</source>
        <translation>功能性</translation>
    </message>
    <message>
        <source>{family}: given {given}, computed {computed}</source>
        <translation>{family}：已有 {given}，计算 {computed}</translation>
    </message>
    <message>
        <source>without a score, not counted: {codes}</source>
        <translation>无分值，未计入：{codes}</translation>
    </message>
    <message>
        <source>There is no standard {name} to grade by. Take one of: {names}.</source>
        <translation>没有可用于评级的标准 {name}。请选用：{names}。</translation>
    </message>
    <message>
        <source>The network has no inspections to grade. Import inspections first.</source>
        <translation>管网中没有可评级的检测记录。请先导入检测。</translation>
    </message>
    <message>
        <source>{graded} of {count} inspections have a grade.</source>
        <translation>{count} 次检测中有 {graded} 次得出等级。</translation>
    </message>
    <message>
        <source>Given and computed grades differ: {count}. Given ones stay.</source>
        <translation>已有等级与计算等级不一致：{count} 处。保留已有等级。</translation>
    </message>
    <message>
        <source>Inspections with codes without a score: {count}.</source>
        <translation>含无分值代码的检测：{count} 次。</translation>
    </message>
    <message>
        <source>Infer the flow of drains</source>
        <translation>推断排水管流向</translation>
    </message>
    <message>
        <source>Infers the flow direction of every drain in use: from its own inverts, the levels at its two nodes, the ground, the kinds of its ends, diameters, and the drawn order as far as this network bears it out. Then as few flows as possible are reversed, those of the weakest evidence first, so that every node reaches an outfall or a plant. Flow that was given or observed stays as it is; no line is redrawn.</source>
        <translation>推断每条在用排水管的流向，依据为自身管底高程、两端节点处高程、地面高程、端点类型、管径，以及在本管网中经验证可信的绘制方向。随后以最少的反转（先反转依据最弱的）使每个节点都能到达排放口或处理厂。资料给定或现场查看的流向保持不变，图形不改动。</translation>
    </message>
    <message>
        <source>Drawn order</source>
        <translation>绘制方向</translation>
    </message>
    <message>
        <source>How far the direction in which lines are drawn counts.</source>
        <translation>绘制方向的采信程度。</translation>
    </message>
    <message>
        <source>As far as inverts bear it out</source>
        <translation>按管底高程验证的程度</translation>
    </message>
    <message>
        <source>Trust it</source>
        <translation>采信</translation>
    </message>
    <message>
        <source>Ignore it</source>
        <translation>不采信</translation>
    </message>
    <message>
        <source>Least confidence</source>
        <translation>最低可信度</translation>
    </message>
    <message>
        <source>From 0.5 to 1; below it the flow is undetermined.</source>
        <translation>0.5 至 1，低于此值视为流向不明。</translation>
    </message>
    <message>
        <source>Keep in the network</source>
        <translation>写入管网</translation>
    </message>
    <message>
        <source>Write the flow as one batch that can be undone.</source>
        <translation>将流向作为一个批次写入，可整体撤销。</translation>
    </message>
    <message>
        <source>Flow of drains</source>
        <translation>排水管流向</translation>
    </message>
    <message>
        <source>Every drain in use with flow, confidence, whether that differs from before, and reasons.</source>
        <translation>每条在用排水管的流向、可信度、是否与此前不同及依据。</translation>
    </message>
    <message>
        <source>Totals, how far the drawing may be trusted, and how confidence holds in this network; figures in a .json file next to it.</source>
        <translation>汇总、绘制方向的可信程度及可信度在本管网中的检验结果，数据另存同名 .json 文件。</translation>
    </message>
    <message>
        <source>Undetermined</source>
        <translation>流向不明</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>有变化</translation>
    </message>
    <message>
        <source>Share drawn along their fall</source>
        <translation>绘制方向与坡向一致的比例</translation>
    </message>
    <message>
        <source>Follows the pipes from a node, a pipe or a point: upstream or downstream, everything connected, the way to the nearest source, or the shortest way to another location. Length, volume and customers are summed up. Drains flow as recorded, else as their inverts fall, else as they are drawn; where the flow is undetermined they are followed both ways. Water pipes are assumed to lead away from the nearest source, since no flow is computed.</source>
        <translation>从节点、管段或任意点出发追踪：上游、下游、全部连通、最近水源的路径，或到另一位置的最短路径，并汇总长度、容积与用户。排水管流向依次取所记流向、管底高程、绘制方向，流向不明的双向追踪；不计算供水管水流，假定其由最近水源流出。</translation>
    </message>
    <message>
        <source>The network has no drains in use: there is no flow to infer.</source>
        <translation>管网中没有在用排水管，无从推断流向。</translation>
    </message>
    <message>
        <source>recorded, or told by the function of the pipe</source>
        <translation>流向有记录，或由管道功能决定</translation>
    </message>
    <message>
        <source>its own inverts fall</source>
        <translation>自身管底高程下降</translation>
    </message>
    <message>
        <source>the levels at its two nodes fall</source>
        <translation>两端节点处高程下降</translation>
    </message>
    <message>
        <source>the only way to an exit</source>
        <translation>通往出口的唯一途径</translation>
    </message>
    <message>
        <source>leads nearer to an exit</source>
        <translation>离出口更近</translation>
    </message>
    <message>
        <source>the kinds of its ends</source>
        <translation>端点类型</translation>
    </message>
    <message>
        <source>drains grow wider that way</source>
        <translation>管径沿此方向增大</translation>
    </message>
    <message>
        <source>drawn like this; {share} % of the drains with inverts are drawn downhill</source>
        <translation>绘制方向如此（有管底高程的排水管中 {share}% 按坡向绘制）</translation>
    </message>
    <message>
        <source>recorded as undetermined</source>
        <translation>记录为流向不明</translation>
    </message>
    <message>
        <source>reversed so that everything above reaches an exit</source>
        <translation>为使上游能到达出口而反转</translation>
    </message>
    <message>
        <source>strong evidence is overruled: check it on site</source>
        <translation>与有力依据相悖，请现场核实</translation>
    </message>
    <message>
        <source>against it: {reasons}</source>
        <translation>相反依据：{reasons}</translation>
    </message>
    <message>
        <source>nothing tells</source>
        <translation>无依据</translation>
    </message>
    <message>
        <source>Of {drains} drains in use, {forward} flow as drawn, {reverse} the other way, and of {undetermined} the flow is not determined. {changed} differ from what traces used.</source>
        <translation>{drains} 条在用排水管中，{forward} 条按绘制方向流动，{reverse} 条相反，{undetermined} 条流向不明；{changed} 条与追踪此前采用的流向不同。</translation>
    </message>
    <message>
        <source>No drain has inverts that fall clearly: how far the drawing may be trusted is unknown.</source>
        <translation>没有管底高程明显下降的排水管，无法判断绘制方向是否可信。</translation>
    </message>
    <message>
        <source>{count} nodes reach no outfall or plant whichever way drains run.</source>
        <translation>{count} 个节点无论流向如何都到不了排放口或处理厂。</translation>
    </message>
    <message>
        <source>How far a confidence holds here</source>
        <translation>可信度在本管网中的检验</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>可信度</translation>
    </message>
    <message>
        <source>Right, %</source>
        <translation>正确率（%）</translation>
    </message>
    <message>
        <source>The inverts of half of the drains that fall clearly were hidden and their flow asked again.</source>
        <translation>将明显下降的排水管中一半的管底高程隐去后重新推断。</translation>
    </message>
    <message>
        <source>Strong evidence overruled</source>
        <translation>与有力依据相悖的流向</translation>
    </message>
    <message>
        <source>MIN_CONFIDENCE must be a number from 0.5 to 1.</source>
        <translation>MIN_CONFIDENCE 应为 0.5 至 1 之间的数。</translation>
    </message>
    <message>
        <source>Inferring the flow</source>
        <translation>正在推断流向</translation>
    </message>
    <message>
        <source>Choose a coordinate system, or give common points.</source>
        <translation>请选择坐标系，或给出公共点。</translation>
    </message>
    <message>
        <source>the levels of start and end are exchanged</source>
        <translation>两端高程对调</translation>
    </message>
    <message>
        <source>the lines are drawn against the flow</source>
        <translation>绘制方向与水流相反</translation>
    </message>
    <message>
        <source>the levels are exchanged or the lines are drawn against the flow</source>
        <translation>高程对调或绘制方向全反</translation>
    </message>
    <message>
        <source>Neither exits nor other drains tell whether the levels or the lines are wrong.</source>
        <translation>出口与相邻管段均不能判明是高程对调还是绘制方向相反。</translation>
    </message>
    <message>
        <source>The photo {name} changed while the survey was read. Import the survey again.</source>
        <translation>照片 {name} 在读取测量成果期间有变动，请重新导入。</translation>
    </message>
    <message>
        <source>{path} can&apos;t be read: {reason}. Check the file and try again.</source>
        <translation>无法读取 {path}：{reason}。请检查文件后重试。</translation>
    </message>
    <message>
        <source>Catchments of outfalls</source>
        <translation>排放口汇水范围</translation>
    </message>
    <message>
        <source>Divides the ground by where it drains and follows storm and combined drains to the outfalls: a compound with one exit is one part, elsewhere each inlet has the ground nearest to it. Overflows drain in wet weather only. Each outfall gets its area, length of drains, inlets, users and compounds, and how sure the flow is. Nothing is written.</source>
        <translation>按排入位置划分地面，并沿雨水管和合流管追踪到排放口：只有一个出口的小区为一块，其余按最近的雨水口划分。溢流管仅雨天计入。给出各排放口的面积、管长、雨水口、用户、小区数以及流向的可靠程度。不写入数据。</translation>
    </message>
    <message>
        <source>Plots</source>
        <translation>地块</translation>
    </message>
    <message>
        <source>Polygons instead of the compounds of the network, with columns compound_id and type.</source>
        <translation>用来代替管网中小区的面图层，字段为 compound_id 和 type。</translation>
    </message>
    <message>
        <source>Catchments</source>
        <translation>汇水范围</translation>
    </message>
    <message>
        <source>A polygon for each outfall and weather; shared ground counts for each of its outfalls.</source>
        <translation>每个排放口按旱天、雨天各一个面，共用部分分别计入各排放口。</translation>
    </message>
    <message>
        <source>The ground by where its water enters the drains, each place once.</source>
        <translation>按雨水进入管道的位置划分的地块，互不重叠。</translation>
    </message>
    <message>
        <source>Outfalls with a catchment</source>
        <translation>有汇水范围的排放口</translation>
    </message>
    <message>
        <source>The network has no storm or combined drains in use.</source>
        <translation>管网中没有在用的雨水管或合流管。</translation>
    </message>
    <message>
        <source>{wet} outfalls drain {area} ha in wet weather, {dry} in dry weather.</source>
        <translation>雨天 {wet} 个排放口汇水共 {area} 公顷，旱天 {dry} 个排放口有来水范围。</translation>
    </message>
    <message>
        <source>From {area} ha no outfall is reached.</source>
        <translation>有 {area} 公顷无法到达任何排放口。</translation>
    </message>
    <message>
        <source>Following the drains</source>
        <translation>追踪排水管</translation>
    </message>
    <message>
        <source>Import inspections of drains</source>
        <translation>导入排水管道检测</translation>
    </message>
    <message>
        <source>Inspection file</source>
        <translation>检测文件</translation>
    </message>
    <message>
        <source>ISYBAU XML, or a table as a file or file|layername=name.</source>
        <translation>ISYBAU XML，或表格：文件，或 文件|layername=名称。</translation>
    </message>
    <message>
        <source>For a table: a JSON file or the JSON text as for adopting a layer, of inspections and defects together. Empty: what the headings leave no doubt about.</source>
        <translation>用于表格：JSON 文件或 JSON 文本，写法同图层入库，检测与缺陷写在一起。为空：取表头明确无疑的列。</translation>
    </message>
    <message>
        <source>Rows that are not imported: source_row, source_id, reason_code, reason and their own columns.</source>
        <translation>未导入的行：source_row、source_id、reason_code、reason 及原有各列。</translation>
    </message>
    <message>
        <source>Defects</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Nothing in the table says which pipe or manhole a row belongs to. It has {columns}. Name the column of pipe_id, node_id or inspection_id in MAPPING.</source>
        <translation>表中没有一列说明各行属于哪条管段或哪座检查井。表中有 {columns}。请在 MAPPING 中指定 pipe_id、node_id 或 inspection_id 所在的列。</translation>
    </message>
    <message>
        <source>{file} is XML, but not ISYBAU: its outermost element is “{root}”. Export the inspections as ISYBAU XML or as a table.</source>
        <translation>{file} 是 XML，但不是 ISYBAU：其最外层元素为“{root}”。请将检测数据导出为 ISYBAU XML 或表格。</translation>
    </message>
    <message>
        <source>{file} has no inspections. Export the inspection data too.</source>
        <translation>{file} 中没有检测数据。请同时导出检测数据。</translation>
    </message>
    <message>
        <source>{file}, line {line}: the file declares a document type. It is not read.</source>
        <translation>{file} 第 {line} 行：文件声明了文档类型，不予读取。</translation>
    </message>
    <message>
        <source>{file}, line {line}: the elements are nested too deep. Export the file again.</source>
        <translation>{file} 第 {line} 行：元素嵌套过深。请重新导出该文件。</translation>
    </message>
    <message>
        <source>{file}, line {line}: the XML is damaged. Export the file again.</source>
        <translation>{file} 第 {line} 行：XML 已损坏。请重新导出该文件。</translation>
    </message>
    <message>
        <source>ISYBAU XML names its own fields. Leave MAPPING empty.</source>
        <translation>ISYBAU XML 自带字段名称。请将 MAPPING 留空。</translation>
    </message>
    <message>
        <source>Reading inspections</source>
        <translation>正在读取检测</translation>
    </message>
    <message>
        <source>Reading defects</source>
        <translation>正在读取缺陷</translation>
    </message>
    <message>
        <source>The codes fit several standards ({names}). Name the one in MAPPING, such as {example}.</source>
        <translation>这些代码符合多个标准（{names}）。请在 MAPPING 中指明，例如 {example}。</translation>
    </message>
    <message>
        <source>The codes are of no one standard: {codes}. Import each standard by itself.</source>
        <translation>这些代码不属于同一标准：{codes}。请按标准分别导入。</translation>
    </message>
    <message>
        <source>These codes are none of {standard}: {codes}. Name the standard that the inspections were made by, or give the codes a meaning in MAPPING.</source>
        <translation>以下代码不属于 {standard}：{codes}。请指明检测所依标准，或在 MAPPING 中给出代码含义。</translation>
    </message>
    <message>
        <source>The row names neither inspection nor pipe nor manhole. Enter it in the file.</source>
        <translation>该行既没有检测编号，也没有管段或检查井编号。请在文件中填写。</translation>
    </message>
    <message>
        <source>Its inspection is not imported: its id already exists, or its row is rejected.</source>
        <translation>所属检测未导入：编号已存在，或该行被拒收。</translation>
    </message>
    <message>
        <source>There is no inspection with this id. Import the inspections first.</source>
        <translation>没有此编号的检测。请先导入检测。</translation>
    </message>
    <message>
        <source>No row can be imported: {reasons}. Nothing was written.</source>
        <translation>没有可导入的行：{reasons}。未写入任何内容。</translation>
    </message>
    <message>
        <source>{inspections} inspections and {defects} defects were imported from {rows} rows.</source>
        <translation>已从 {rows} 行导入 {inspections} 次检测和 {defects} 处缺陷。</translation>
    </message>
    <message>
        <source>Not in the network, they keep their names: {names}.</source>
        <translation>管网中没有，保留原名称：{names}。</translation>
    </message>
    <message>
        <source>Inspected several times on one day: {names}. By EN 13508-2 these runs count as one, else each by itself.</source>
        <translation>同一天多次检测：{names}。按 EN 13508-2 合并为一次，其他标准各自评定。</translation>
    </message>
    <message numerus="yes">
        <source>Defects beyond the end of their pipe: %n ({names}).</source>
        <translation>
            <numerusform>超出管段末端的缺陷：%n 处（{names}）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Rows by EN 13508-2 without a damage number, which get no grade: %n.</source>
        <translation>
            <numerusform>按 EN 13508-2 记录但没有损坏编号、因而没有等级的行：%n 行。</numerusform>
        </translation>
    </message>
    <message>
        <source>Slopes and ends of drains</source>
        <translation>排水管坡度与管端</translation>
    </message>
    <message>
        <source>Lists fall, slope along the flow, minimum slope of its size, backwater length and minimum cover of every drain in use; and for each end of the drains what it is: outfall, plant, pump, exit of a compound, edge of the cut-out, dead end or head, with the length that drains there. Slope and cover are judged as by the rules of “Check network”. Nothing is written.</source>
        <translation>列出每段在用排水管的高差、沿流向坡度、该管径的最小坡度、壅水长度和最小覆土；以及每个管端的类型：排放口、处理厂、泵、小区出口、裁切边缘、断头或起点，并给出汇流到此的管长。坡度和覆土按“管网数据检查”的规则判断。不写入管网。</translation>
    </message>
    <message>
        <source>Cut out by</source>
        <translation>裁切范围</translation>
    </message>
    <message>
        <source>Where the network is a part of a larger one, the area by which it was cut out: an extent (xmin,xmax,ymin,ymax), the id of a compound or zone, or a layer. Ends outside it, or up to 10 m inside its edge, are not dead ends then. Empty: no edge is known.</source>
        <translation>管网若是从更大的管网中裁出，此处填裁切范围：坐标范围（xmin,xmax,ymin,ymax）、小区或分区编号，或图层。位于范围外、或距边界内侧 10 m 以内的管端不算断头。留空：不知道边界。</translation>
    </message>
    <message>
        <source>Slopes</source>
        <translation>坡度</translation>
    </message>
    <message>
        <source>Each drain with fall, slope and least slope (as a ratio), state (ok, flat, below_minimum, adverse, exempt, unknown), the length above it that is backed up, and least cover. Flat: within 5 mm. Where a level is missing, nothing is guessed.</source>
        <translation>每段排水管的高差、坡度和最小坡度（比值）、状态（ok 合格、flat 平坡、below_minimum 小于最小坡度、adverse 逆坡、exempt 不判、unknown 不明）、上游回水长度和最小覆土。平坡：高差在 5 mm 以内。缺高程处不推测。</translation>
    </message>
    <message>
        <source>Ends</source>
        <translation>管端</translation>
    </message>
    <message>
        <source>Each end with what it is (outfall, exit, plant, pump, clip_edge, dead_end, head, unknown) and the length of all drains whose water reaches it; unknown: the flow is undetermined.</source>
        <translation>每个管端是什么（outfall 排放口、exit 出口、plant 处理厂、pump 泵、clip_edge 裁切边缘、dead_end 断头、head 起点、unknown 不明），以及汇流到此的排水管长度；不明：流向未定。</translation>
    </message>
    <message>
        <source>Drains that rise against their flow</source>
        <translation>逆坡管段</translation>
    </message>
    <message>
        <source>Drains without recorded flow</source>
        <translation>未记录流向的排水管</translation>
    </message>
    <message>
        <source>{name} “{text}” is an empty extent. Write it as xmin,xmax,ymin,ymax with xmin below xmax.</source>
        <translation>{name}“{text}”是空范围。请写成 xmin,xmax,ymin,ymax，且 xmin 小于 xmax。</translation>
    </message>
    <message>
        <source>{name} gives the CRS “{crs}”, which is not known. Write for example [EPSG:4547].</source>
        <translation>{name} 中的坐标系“{crs}”无法识别。请写成如 [EPSG:4547]。</translation>
    </message>
    <message>
        <source>{name} “{text}” is neither an extent (xmin,xmax,ymin,ymax), nor the id of a compound or zone, nor a layer. Correct it or leave it empty.</source>
        <translation>{name}“{text}”既不是坐标范围（xmin,xmax,ymin,ymax），也不是小区或分区编号或图层。请改正或留空。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) belong to meters that are not nodes of the network: {meters}. Adopt these nodes first, or give the ids of the nodes in the mapping.</source>
        <translation>
            <numerusform>%n 条读数所属的水表不是管网中的节点：{meters}。请先将这些节点入库，或在字段对应中给出节点编号。</numerusform>
        </translation>
    </message>
    <message>
        <source>Not assessed: a connector is not a pipe in the ground.</source>
        <translation>未评估：连接件不是埋地管段。</translation>
    </message>
    <message>
        <source>{share} % of the {count} drains whose inverts fall clearly are drawn along their fall.</source>
        <translation>管底高程明显下降的 {count} 条排水管中，{share}% 按坡向绘制。</translation>
    </message>
    <message>
        <source>steep enough</source>
        <translation>坡度合格</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>平坡</translation>
    </message>
    <message>
        <source>below the least slope</source>
        <translation>小于最小坡度</translation>
    </message>
    <message>
        <source>rising against the flow</source>
        <translation>逆坡</translation>
    </message>
    <message>
        <source>exempt (pressure, siphon, connector)</source>
        <translation>不判（压力管、倒虹管、连接件）</translation>
    </message>
    <message>
        <source>unknown (a level is missing)</source>
        <translation>不明（缺高程）</translation>
    </message>
    <message>
        <source>outfalls</source>
        <translation>排放口</translation>
    </message>
    <message>
        <source>exits</source>
        <translation>出口</translation>
    </message>
    <message>
        <source>plants</source>
        <translation>处理厂</translation>
    </message>
    <message>
        <source>pumps</source>
        <translation>泵</translation>
    </message>
    <message>
        <source>at the edge of the cut-out</source>
        <translation>裁切边缘</translation>
    </message>
    <message>
        <source>dead ends</source>
        <translation>断头</translation>
    </message>
    <message>
        <source>heads</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>{what}: {count}</source>
        <translation>{what} {count}</translation>
    </message>
    <message>
        <source>Slopes of {count} drains – {states}.</source>
        <translation>{count} 段排水管的坡度：{states}。</translation>
    </message>
    <message>
        <source>Water stands behind {count} of those that rise, in up to {metres} m of drains.</source>
        <translation>{count} 段逆坡管的上游有回水，最长 {metres} m。</translation>
    </message>
    <message>
        <source>Ends – {ends}.</source>
        <translation>管端：{ends}。</translation>
    </message>
    <message>
        <source>No drain leads to an outfall, a plant or another exit.</source>
        <translation>没有排水管通向排放口、处理厂或其他出口。</translation>
    </message>
    <message>
        <source>CASS points (.dat)</source>
        <translation>CASS 点文件（.dat）</translation>
    </message>
    <message>
        <source>Point, north, east, height</source>
        <translation>点号、北、东、高</translation>
    </message>
    <message>
        <source>Point, east, north, height</source>
        <translation>点号、东、北、高</translation>
    </message>
    <message>
        <source>CJJ 61 tables</source>
        <translation>CJJ 61 点表、线表</translation>
    </message>
    <message>
        <source>CJJ 61 combined table</source>
        <translation>CJJ 61 点线合表</translation>
    </message>
    <message>
        <source>DXF drawing</source>
        <translation>DXF 图形</translation>
    </message>
    <message>
        <source>Field GeoPackage</source>
        <translation>外业 GeoPackage</translation>
    </message>
    <message>
        <source>Shows the ground that drains to each outfall, in dry and in wet weather.</source>
        <translation>显示旱天和雨天排入各排放口的区域。</translation>
    </message>
    <message>
        <source>Which outfall</source>
        <translation>排向何处</translation>
    </message>
    <message>
        <source>Dry</source>
        <translation>旱天</translation>
    </message>
    <message>
        <source>Dry weather: overflows take nothing</source>
        <translation>旱天：溢流口不排水</translation>
    </message>
    <message>
        <source>Wet</source>
        <translation>雨天</translation>
    </message>
    <message>
        <source>Wet weather: hatched ground drains by overflows, too</source>
        <translation>雨天：斜线区域也经溢流排水</translation>
    </message>
    <message>
        <source>No outfall is reached from there.</source>
        <translation>该处不排向任何排放口。</translation>
    </message>
    <message>
        <source>Area, ha</source>
        <translation>面积，ha</translation>
    </message>
    <message>
        <source>{area} ha</source>
        <translation>{area} ha</translation>
    </message>
    <message>
        <source>Shared with other outfalls</source>
        <translation>与其他排放口共有</translation>
    </message>
    <message>
        <source>{type} {n}</source>
        <translation>{type} {n}</translation>
    </message>
    <message>
        <source>Compounds: {listed}</source>
        <translation>小区：{listed}</translation>
    </message>
    <message>
        <source>Point at a drain to see which way it flows and how sure that is; a click keeps it as seen.</source>
        <translation>指向排水管，查看其流向及可信度；单击即按所见保存。</translation>
    </message>
    <message>
        <source>Flow here</source>
        <translation>此处流向</translation>
    </message>
    <message>
        <source>Infer</source>
        <translation>推断</translation>
    </message>
    <message>
        <source>Infer the flow of all drains again; nothing is written</source>
        <translation>重新推断全部排水管的流向，不写入</translation>
    </message>
    <message>
        <source>Store</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Write the inferred flow as one batch that can be undone</source>
        <translation>将推断的流向写为一个可撤销的批次</translation>
    </message>
    <message numerus="yes">
        <source>%n drain(s) undetermined</source>
        <translation>
            <numerusform>流向不明 %n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>The flow of every drain is told</source>
        <translation>全部排水管流向均已判定</translation>
    </message>
    <message>
        <source>Nothing to store: this flow is recorded already.</source>
        <translation>无需保存：此流向已有记录。</translation>
    </message>
    <message>
        <source>The inferred flow is stored.</source>
        <translation>推断的流向已保存。</translation>
    </message>
    <message>
        <source>Storing the flow</source>
        <translation>正在保存流向</translation>
    </message>
    <message>
        <source>{pipe}: {flow}, as seen.</source>
        <translation>{pipe}：{flow}，现场查看。</translation>
    </message>
    <message>
        <source>Keeping the flow</source>
        <translation>正在保存流向</translation>
    </message>
    <message>
        <source>{pipe}: flow not determined</source>
        <translation>{pipe}：流向不明</translation>
    </message>
    <message>
        <source>{pipe}: flows like this, confidence {share}</source>
        <translation>{pipe}：流向如箭头，可信度 {share}</translation>
    </message>
    <message>
        <source>{pipe}: flows like this, {source}</source>
        <translation>{pipe}：流向如箭头，{source}</translation>
    </message>
    <message>
        <source>{pipe}: flows like this, not recorded</source>
        <translation>{pipe}：流向如箭头，未记录</translation>
    </message>
    <message>
        <source>Click: I saw it so. Alt and click: I saw it the other way.</source>
        <translation>单击：所见如此。按住 Alt 单击：所见相反。</translation>
    </message>
    <message>
        <source>{pipe} is not a drain: its flow is not recorded.</source>
        <translation>{pipe} 不是排水管，不记录流向。</translation>
    </message>
    <message>
        <source>Click a manhole where sewage was seen: this tells which cover to open next.</source>
        <translation>单击发现污水的检查井，即告知下一口应开的井。</translation>
    </message>
    <message>
        <source>Source of sewage</source>
        <translation>污水溯源</translation>
    </message>
    <message>
        <source>Dirty (D)</source>
        <translation>有污水（D）</translation>
    </message>
    <message>
        <source>Sewage seen there</source>
        <translation>井内有污水</translation>
    </message>
    <message>
        <source>Clean (C)</source>
        <translation>无污水（C）</translation>
    </message>
    <message>
        <source>No sewage there</source>
        <translation>井内无污水</translation>
    </message>
    <message>
        <source>Forget the last answer</source>
        <translation>取消上一个结果</translation>
    </message>
    <message>
        <source>Begin with the newest readings</source>
        <translation>从最新读数开始</translation>
    </message>
    <message>
        <source>Click a manhole, not the drain between two.</source>
        <translation>请单击检查井，而非井间管段。</translation>
    </message>
    <message>
        <source>At least two sources</source>
        <translation>至少有两处来源</translation>
    </message>
    <message>
        <source>Source: {node}</source>
        <translation>来源：{node}</translation>
    </message>
    <message numerus="yes">
        <source>About %n opening(s) left</source>
        <translation>
            <numerusform>预计还需开 %n 口井</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n place(s) where the sewage may enter</source>
        <translation>
            <numerusform>污水可能进入处 %n 处</numerusform>
        </translation>
    </message>
    <message>
        <source>Open {node} and look: D dirty, C clean.</source>
        <translation>打开 {node} 查看：有污水按 D，无污水按 C。</translation>
    </message>
    <message>
        <source>No cover tells more. Look at the places marked on the map.</source>
        <translation>再开井已无更多信息。请查看图上标出的位置。</translation>
    </message>
    <message>
        <source>Opened: {dirty} dirty, {clean} clean.</source>
        <translation>已开井：有污水 {dirty} 口，无污水 {clean} 口。</translation>
    </message>
    <message>
        <source>Left if dirty</source>
        <translation>有污水时剩余</translation>
    </message>
    <message>
        <source>Left if clean</source>
        <translation>无污水时剩余</translation>
    </message>
    <message>
        <source>{code}: {title}</source>
        <translation>{code}：{title}</translation>
    </message>
    <message>
        <source>Priority</source>
        <translation>优先级</translation>
    </message>
    <message>
        <source>{priority} ({severity})</source>
        <translation>{priority}（{severity}）</translation>
    </message>
    <message>
        <source>Drains behind</source>
        <translation>上游管长</translation>
    </message>
    <message>
        <source>Joined to</source>
        <translation>接入</translation>
    </message>
    <message>
        <source>Close to</source>
        <translation>邻近</translation>
    </message>
    <message numerus="yes">
        <source>{outfall}, %n drain(s)</source>
        <translation>
            <numerusform>{outfall}，经 %n 段管道</numerusform>
        </translation>
    </message>
    <message>
        <source>Reaches outfall</source>
        <translation>排入排放口</translation>
    </message>
    <message>
        <source>{code}: {title}. {fix}</source>
        <translation>{code}：{title}。{fix}</translation>
    </message>
    <message>
        <source>Shows drains that are joined to the wrong system, and the way their water takes.</source>
        <translation>显示错接的排水管及其水的去向。</translation>
    </message>
    <message>
        <source>Why wrong</source>
        <translation>查看错接原因</translation>
    </message>
    <message>
        <source>Give a reason; the finding is removed from the list</source>
        <translation>填写理由，此条随即移出列表</translation>
    </message>
    <message>
        <source>Write a work order that lets a crew mend it</source>
        <translation>开具工单，交由班组整改</translation>
    </message>
    <message>
        <source>Show accepted ones too</source>
        <translation>同时显示已确认无误的</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>另存为 CSV…</translation>
    </message>
    <message>
        <source>No misconnection is recorded there. Click a diamond.</source>
        <translation>此处没有错接。请单击菱形标记。</translation>
    </message>
    <message>
        <source>Point at a drain: which way it flows; a click keeps it as seen</source>
        <translation>指向排水管：查看流向；单击即按所见保存</translation>
    </message>
    <message>
        <source>Click a misconnection: what is wrong, who lies behind, where the water goes</source>
        <translation>单击错接处：何处有误、上游有谁、水往何处去</translation>
    </message>
    <message>
        <source>Click a dirty manhole: which cover to open next to find the source of sewage</source>
        <translation>单击有污水的井：下一口应开哪口井，以查明污水来源</translation>
    </message>
    <message>
        <source>Misconnections…</source>
        <translation>混错接…</translation>
    </message>
    <message>
        <source>Flow…</source>
        <translation>流向…</translation>
    </message>
    <message>
        <source>Source of sewage…</source>
        <translation>污水溯源…</translation>
    </message>
    <message>
        <source>Catchments…</source>
        <translation>汇水范围…</translation>
    </message>
    <message>
        <source>Shows misconnections and flow, once there are drains: bring in a table of drains.</source>
        <translation>有排水管后显示混错接与流向：请导入排水管线表。</translation>
    </message>
    <message numerus="yes">
        <source>flow known of {share}, %n drain(s) not</source>
        <translation>
            <numerusform>流向已明 {share}，不明 %n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>flow of all drains known</source>
        <translation>全部排水管流向已明</translation>
    </message>
    <message>
        <source>Look for misconnections and keep them as issues</source>
        <translation>排查混错接并存为问题</translation>
    </message>
    <message>
        <source>Check</source>
        <comment>drains</comment>
        <translation>核查</translation>
    </message>
    <message numerus="yes">
        <source>%n misconnection(s)</source>
        <translation>
            <numerusform>混错接 %n 处</numerusform>
        </translation>
    </message>
    <message>
        <source>not checked</source>
        <translation>未核查</translation>
    </message>
    <message>
        <source>Finds drains joined to the wrong system.</source>
        <translation>查找错接的排水管。</translation>
    </message>
    <message>
        <source>Click for the list, each explained on the map.</source>
        <translation>单击查看列表，并在图上逐处说明。</translation>
    </message>
    <message>
        <source>without limit</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>Last day on which these parameters may place a survey.</source>
        <translation>这组参数可用于测量入库的最后日期。</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>{imported} imported, {merged} merged, {rejected} rejected, {skipped} skipped</source>
        <translation>入库 {imported}，合并 {merged}，拒收 {rejected}，略过 {skipped}</translation>
    </message>
    <message numerus="yes">
        <source>%n node(s)</source>
        <translation>
            <numerusform>节点 %n 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s), {length}</source>
        <translation>
            <numerusform>管段 %n 段，{length}</numerusform>
        </translation>
    </message>
    <message>
        <source>Into the network</source>
        <translation>写入管网</translation>
    </message>
    <message>
        <source>Verification</source>
        <translation>核验</translation>
    </message>
    <message>
        <source>All or nothing, after a backup. It can be undone as a whole, here or under “Batches…”.</source>
        <translation>先备份再写入，全部写入或全不写入；可在此处或“批次列表…”中整批撤销。</translation>
    </message>
    <message>
        <source>{batch}; it can be undone as a whole, here or under “Batches…”.</source>
        <translation>{batch}；可在此处或“批次列表…”中整批撤销。</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>{pipe}: {what}</source>
        <translation>{pipe}：{what}</translation>
    </message>
    <message>
        <source>Pipes ({n})</source>
        <translation>管段（{n}）</translation>
    </message>
    <message>
        <source>Ledger ({n})</source>
        <translation>入库台账（{n}）</translation>
    </message>
    <message>
        <source>{what}.</source>
        <translation>{what}。</translation>
    </message>
    <message>
        <source>CLIP has no area. Give the polygon by which the network was cut out.</source>
        <translation>CLIP 没有面积。请给出裁切管网的面。</translation>
    </message>
    <message>
        <source>Computing slopes</source>
        <translation>正在计算坡度</translation>
    </message>
    <message>
        <source>Flow that was seen is “forward” or “reverse”.</source>
        <translation>现场查看的流向应为“forward”或“reverse”。</translation>
    </message>
    <message>
        <source>{pipe} always leads as it is drawn. Reverse its line if that is wrong.</source>
        <translation>{pipe} 始终按绘制方向排水。若有误，请反转管线。</translation>
    </message>
    <message>
        <source>Flow seen in {pipe}</source>
        <translation>{pipe} 的现场流向</translation>
    </message>
    <message>
        <source>Shows inspected drains by their grades, once there is a file of camera inspections.</source>
        <translation>导入电视检测文件后，按等级显示检测过的排水管。</translation>
    </message>
    <message>
        <source>Which drain</source>
        <translation>哪条排水管</translation>
    </message>
    <message>
        <source>No drain was inspected yet. Import a file of camera inspections.</source>
        <translation>尚无检测过的排水管。请导入电视检测文件。</translation>
    </message>
    <message>
        <source>No inspected drain lies there.</source>
        <translation>此处没有检测过的排水管。</translation>
    </message>
    <message numerus="yes">
        <source>%n drain(s) inspected</source>
        <translation>
            <numerusform>已检测排水管 %n 段</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} of grade {grade} or worse</source>
        <translation>{grade} 级及更差 {n} 段</translation>
    </message>
    <message>
        <source>{n} not graded</source>
        <translation>未评级 {n} 段</translation>
    </message>
    <message>
        <source>no repair</source>
        <translation>不修</translation>
    </message>
    <message>
        <source>repair a part</source>
        <translation>局部修复</translation>
    </message>
    <message>
        <source>repair the whole drain</source>
        <translation>整体修复</translation>
    </message>
    <message>
        <source>Structural grade</source>
        <translation>结构性等级</translation>
    </message>
    <message>
        <source>Functional grade</source>
        <translation>功能性等级</translation>
    </message>
    <message>
        <source>{index}, class {grade}</source>
        <translation>{index}，{grade} 级</translation>
    </message>
    <message>
        <source>Repair index RI</source>
        <translation>修复指数 RI</translation>
    </message>
    <message>
        <source>Quick rating</source>
        <translation>快速评级</translation>
    </message>
    <message>
        <source>Advice</source>
        <translation>修复建议</translation>
    </message>
    <message>
        <source>Condition…</source>
        <translation>管道状况…</translation>
    </message>
    <message>
        <source>Camera inspections…</source>
        <translation>电视检测文件…</translation>
    </message>
    <message>
        <source>Inspections (*.xml *.csv *.xlsx *.txt);;All files (*)</source>
        <translation>检测文件 (*.xml *.csv *.xlsx *.txt);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose the file of inspections</source>
        <translation>选择检测文件</translation>
    </message>
    <message>
        <source>K taken as 0: neither importance of the area nor class of the road is known</source>
        <translation>K 取 0：地区重要性和道路等级均未知</translation>
    </message>
    <message>
        <source>T taken as 0: the soil is not known</source>
        <translation>T 取 0：土质未知</translation>
    </message>
    <message>
        <source>Drained by overflows</source>
        <translation>经溢流排水</translation>
    </message>
    <message>
        <source>the water&apos;s surface falls that way in the flat mesh</source>
        <translation>在平坦管网中水面线朝该方向下降</translation>
    </message>
    <message>
        <source>night flow was about as high not long ago, without an alarm</source>
        <translation>不久前夜间流量也曾达到相近水平，当时未报警</translation>
    </message>
    <message>
        <source>Sorted by priority: users behind, times 3 for heavy, 2 for medium, 1 for light. Heavy: DN {heavy_mm} and more, or {heavy_m3d} m3/d; medium: DN {medium_mm} and more, or {medium_m3d} m3/d.</source>
        <translation>按优先级排序：上游用户数，重度乘 3，中度乘 2，轻度乘 1。重度：DN{heavy_mm} 及以上，或 {heavy_m3d} m3/d；中度：DN{medium_mm} 及以上，或 {medium_m3d} m3/d。</translation>
    </message>
    <message>
        <source>catchments</source>
        <comment>name of a file</comment>
        <translation>汇水范围</translation>
    </message>
    <message>
        <source>misconnections</source>
        <comment>name of a file</comment>
        <translation>混错接</translation>
    </message>
    <message>
        <source>Shows neighbouring catchments as zones, and what blocks zero discharge in each.</source>
        <translation>将相邻汇水范围归并为分区，并列出各区未达零直排的原因。</translation>
    </message>
    <message>
        <source>Which zone</source>
        <translation>属于哪个区</translation>
    </message>
    <message>
        <source>Zero-discharge zones</source>
        <translation>污水零直排区</translation>
    </message>
    <message>
        <source>Build</source>
        <translation>划分</translation>
    </message>
    <message>
        <source>Write the zones as one batch that can be undone</source>
        <translation>将分区写为一个可撤销的批次</translation>
    </message>
    <message>
        <source>The zones are stored.</source>
        <translation>分区已保存。</translation>
    </message>
    <message numerus="yes">
        <source>%n zone(s), {ready} ready</source>
        <translation>
            <numerusform>分区 %n 个，已达标 {ready} 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n outside the limits</source>
        <translation>
            <numerusform>超出面积限值 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>No zone lies there.</source>
        <translation>该处没有分区。</translation>
    </message>
    <message>
        <source>km²</source>
        <translation>km²</translation>
    </message>
    <message>
        <source>Blocked by</source>
        <translation>未达标项</translation>
    </message>
    <message>
        <source>within</source>
        <translation>符合</translation>
    </message>
    <message>
        <source>too small</source>
        <translation>过小</translation>
    </message>
    <message>
        <source>too large</source>
        <translation>过大</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>已达标</translation>
    </message>
    <message numerus="yes">
        <source>%n block(s)</source>
        <translation>
            <numerusform>未达标 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>{area} km²</source>
        <translation>{area} km²</translation>
    </message>
    <message>
        <source>Outfalls: {listed}</source>
        <translation>排放口：{listed}</translation>
    </message>
    <message>
        <source>Nothing blocks zero discharge.</source>
        <translation>已无未达标项。</translation>
    </message>
    <message>
        <source>What blocks zero discharge:</source>
        <translation>未达零直排的原因：</translation>
    </message>
    <message>
        <source>Zero-discharge zones…</source>
        <translation>污水零直排区…</translation>
    </message>
    <message>
        <source>System of the rows that say none</source>
        <translation>未注明系统的行归入</translation>
    </message>
    <message>
        <source>What “Catchments of outfalls” wrote: polygons with outfall_id and weather. The wet ones count, without any the dry ones. Catchments that share ground stay together.</source>
        <translation>“排放口汇水范围”的输出：带 outfall_id 和 weather 的面。取雨天的，没有时取旱天的。有公共地块的汇水范围不拆开。</translation>
    </message>
    <message>
        <source>Smallest zone, km2</source>
        <translation>最小分区面积（km²）</translation>
    </message>
    <message>
        <source>Zones below it are left over.</source>
        <translation>小于此值的列为剩余。</translation>
    </message>
    <message>
        <source>Largest zone, km2</source>
        <translation>最大分区面积（km²）</translation>
    </message>
    <message>
        <source>A larger catchment is a zone of its own.</source>
        <translation>更大的汇水范围单独成区。</translation>
    </message>
    <message>
        <source>Boundaries</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>Boundaries that zones must not cross, such as sub-districts. A catchment belongs to the one that contains most of it.</source>
        <translation>分区不得跨越的边界，如街道办辖区。汇水范围归入占其面积最大的一个。</translation>
    </message>
    <message>
        <source>Each zone with its outfalls, area, state (within, too_small, too_large), whether it is ready (1), and what blocks it.</source>
        <translation>每个分区的排放口、面积、状态（within 合适、too_small 偏小、too_large 偏大）、是否具备条件（1）及障碍。</translation>
    </message>
    <message>
        <source>Zones that nothing blocks</source>
        <translation>无障碍的分区</translation>
    </message>
    <message>
        <source>Zones outside the limits</source>
        <translation>超出限值的分区</translation>
    </message>
    <message>
        <source>{name} can&apos;t be read. Give a layer of polygons.</source>
        <translation>{name} 无法读取。请给出面图层。</translation>
    </message>
    <message>
        <source>{name} is not a polygon layer. Choose another one.</source>
        <translation>{name} 不是面图层。请改选其他图层。</translation>
    </message>
    <message>
        <source>{name} can&apos;t be transformed to the network&apos;s coordinate system. Check its CRS.</source>
        <translation>{name} 无法转换到管网坐标系。请检查其坐标系。</translation>
    </message>
    <message>
        <source>CATCHMENTS has no column {names}. Give the catchments that “Catchments of outfalls” wrote.</source>
        <translation>CATCHMENTS 缺少列 {names}。请给出“排放口汇水范围”的输出。</translation>
    </message>
    <message>
        <source>CATCHMENTS has no polygons. Give the catchments of outfalls.</source>
        <translation>CATCHMENTS 没有面。请给出排放口汇水范围。</translation>
    </message>
    <message>
        <source>BOUNDARIES has no polygons. Give the areas of street offices, or nothing.</source>
        <translation>BOUNDARIES 没有面。请给出街道办辖区，或留空。</translation>
    </message>
    <message>
        <source>{count} zones of {least} to {most} km2, {ready} of them without anything that blocks.</source>
        <translation>面积 {least}～{most} km² 的分区 {count} 个，其中 {ready} 个无障碍。</translation>
    </message>
    <message>
        <source>Fewer zones are impossible.</source>
        <translation>分区数量已是最少。</translation>
    </message>
    <message>
        <source>Fewer zones may be possible.</source>
        <translation>分区数量可能还可减少。</translation>
    </message>
    <message>
        <source>Left over, too small: {count} with {area} km2 ({zones}).</source>
        <translation>剩余偏小：{count} 个，{area} km²（{zones}）。</translation>
    </message>
    <message>
        <source>Catchments larger than a zone: {count} with {area} km2 ({zones}).</source>
        <translation>大于分区上限的汇水范围：{count} 个，{area} km²（{zones}）。</translation>
    </message>
    <message>
        <source>{count} catchments share ground with others and stay with them.</source>
        <translation>{count} 个汇水范围与其他的有公共地块，未拆开。</translation>
    </message>
    <message>
        <source>The network has no outfall {names}: what blocks there is told by place alone.</source>
        <translation>管网中没有排放口 {names}：其障碍仅按位置判断。</translation>
    </message>
    <message>
        <source>MIN_KM2 must be above 0 and below MAX_KM2.</source>
        <translation>MIN_KM2 必须大于 0 且小于 MAX_KM2。</translation>
    </message>
    <message>
        <source>Grouping the catchments</source>
        <translation>正在合并汇水范围</translation>
    </message>
    <message>
        <source>Zero-discharge zone {id}</source>
        <translation>零直排区 {id}</translation>
    </message>
    <message>
        <source>Outfalls: {names}</source>
        <translation>排放口：{names}</translation>
    </message>
    <message>
        <source>Write the zones as one batch that can be undone. They replace those of an earlier run that are still drafts; others stay.</source>
        <translation>作为一个可撤销的批次写入。替换以前生成、状态仍为拟划的分区，其余保留。</translation>
    </message>
    <message>
        <source>Answers about sewage seen that are dated in the future: {count}. They don&apos;t count; check the dates.</source>
        <translation>日期在将来的见污水观测：{count} 条，不计入，请核对日期。</translation>
    </message>
    <message>
        <source>Files or folders, joined by semicolons. Photos that a column names lie beside the file; they are copied into the folder of the network&apos;s files.</source>
        <translation>文件或文件夹，以分号分隔。列中所列照片应与文件放在一起；导入时复制到管网的附件文件夹。</translation>
    </message>
    <message>
        <source>DECISIONS: “{last}” is before “{first}”. Exchange the two days.</source>
        <translation>DECISIONS：“{last}”早于“{first}”，请对调两个日期。</translation>
    </message>
    <message>
        <source>DECISIONS: “{key}” is “{value}”, not a day. Write it as 2026-11-22.</source>
        <translation>DECISIONS：“{key}”为“{value}”，不是日期。请写作 2026-11-22。</translation>
    </message>
    <message>
        <source>DECISIONS: “{key}” is not an area. Give at least three [east, north] in the network's coordinates, or a polygon as WKT.</source>
        <translation>DECISIONS：“{key}”不是面。请以管网坐标给出至少三个 [东, 北]，或以 WKT 给出多边形。</translation>
    </message>
    <message>
        <source>Sewage seen at {node}</source>
        <translation>{node} 发现污水</translation>
    </message>
    <message>
        <source>A coordinate or height fills all 8 digits of GSI-8, so a larger one may be cut off.</source>
        <translation>坐标或高程占满 GSI-8 的 8 位数字，更大的数值可能已被截断。</translation>
    </message>
    <message>
        <source>Blocked by: {names}</source>
        <translation>达标障碍：{names}</translation>
    </message>
    <message>
        <source>{file} is passed over: it only says who has the workbook open.</source>
        <translation>已跳过 {file}：该文件仅记录谁正打开工作簿。</translation>
    </message>
    <message>
        <source>First finding of its kind</source>
        <translation>该类首条结果</translation>
    </message>
    <message>
        <source>{file} only says who has the workbook open. Choose the workbook itself.</source>
        <translation>{file} 仅记录谁正打开工作簿，请选择工作簿本身。</translation>
    </message>
    <message>
        <source>{file} is open in another program, such as Excel. Save and close it there, then try again.</source>
        <translation>{file} 正被其他程序（如 Excel）打开。请在该程序中保存并关闭后重试。</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>划分范围</translation>
    </message>
    <message>
        <source>Boundaries that zones must not cross, such as sub-districts</source>
        <translation>分区不得跨越的边界，如街道办辖区</translation>
    </message>
    <message>
        <source>{file} is a web page under the name of a workbook. Open it in Excel or WPS and save it as XLSX.</source>
        <translation>{file} 的扩展名是工作簿，内容却是网页。请用 Excel 或 WPS 打开，另存为 XLSX。</translation>
    </message>
    <message>
        <source>{file} is not an old workbook, whatever its name says. Try it with the ending {ending}.</source>
        <translation>{file} 的内容不是旧版工作簿，与扩展名不符。请将扩展名改为 {ending} 再试。</translation>
    </message>
    <message>
        <source>Structure</source>
        <comment>grade</comment>
        <translation>结构性</translation>
    </message>
    <message>
        <source>Function</source>
        <comment>grade</comment>
        <translation>功能性</translation>
    </message>
    <message>
        <source>about {n}</source>
        <translation>约 {n}</translation>
    </message>
    <message>
        <source>The old workbook {file} is damaged or of a kind that can&apos;t be read. Open it in Excel or WPS and save it as XLSX.</source>
        <translation>旧版工作簿 {file} 已损坏或无法识别。请用 Excel 或 WPS 打开，另存为 XLSX。</translation>
    </message>
    <message>
        <source>closed on {on}: the nights since show the further growth of the leak of {since}</source>
        <translation>已于 {on} 关闭：此后各夜表明，它是 {since} 起漏损的继续增长</translation>
    </message>
    <message>
        <source>water leaves every node, mostly by one drain</source>
        <translation>每个节点均有出水，且多由一段管道排出</translation>
    </message>
    <message>
        <source>{rise} m³/h stayed when the alarm of {since} ended on {on}: another leak came while it was open</source>
        <translation>{since} 起的报警于 {on} 解除时仍高出 {rise} m³/h：报警期间另有漏损发生</translation>
    </message>
    <message>
        <source>Days and nights are in the time zone {zone}. If the network is elsewhere, change the setting “general.time_zone” before you look at night flow.</source>
        <translation>日期和夜间按时区 {zone} 计算。如管网不在该时区，查看夜间流量前请先修改设置“general.time_zone”。</translation>
    </message>
    <message>
        <source>the other zones did not rise at the same time: it is not weather</source>
        <translation>其他分区同期未升高，可排除天气影响</translation>
    </message>
    <message>
        <source>{path} is not an ordinary file. Choose another name.</source>
        <translation>{path} 不是普通文件，请换一个名称。</translation>
    </message>
    <message>
        <source>{name}: {path} is not an ordinary file. Choose a file on a disk.</source>
        <translation>{name}：{path} 不是普通文件，请选择磁盘上的文件。</translation>
    </message>
    <message>
        <source>The EPANET file that this network keeps can&apos;t be read. Import the model again.</source>
        <translation>管网中保存的 EPANET 文件无法读取，请重新导入模型。</translation>
    </message>
    <message numerus="yes">
        <source>Left out, since no pipe in use ends there: %n source(s) ({ids}).</source>
        <translation>
            <numerusform>有 %n 个水源（{ids}）因无在用管段相连而未导出。</numerusform>
        </translation>
    </message>
    <message>
        <source>removing photos</source>
        <translation>删除照片</translation>
    </message>
    <message numerus="yes">
        <source>Closing leaves %n pipe(s) of {length} m without water: {users}.</source>
        <translation>
            <numerusform>关闭后 %n 条管段共 {length} m 断水：{users}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) name no pipe in use: each counts at the nearest one within {reach} m.</source>
        <translation>
            <numerusform>%n 个用户未填在用管段：按 {reach} m 内最近的管段计入。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <translation>
            <numerusform>%n 个用户</numerusform>
        </translation>
    </message>
    <message>
        <source>critical ones not recorded</source>
        <translation>未录入是否有重点用户</translation>
    </message>
    <message numerus="yes">
        <source>%n critical</source>
        <translation>
            <numerusform>%n 个重点用户</numerusform>
        </translation>
    </message>
    <message>
        <source>{headline}. The burst on pipe {pipe} is isolated with {length} of pipes; {customers} customers with {households} households are without water, {critical}.</source>
        <translation>{headline}。管段 {pipe} 爆管，停水管段 {length}；停水用户 {customers} 个、{households} 户，{critical}。</translation>
    </message>
    <message>
        <source>Persons</source>
        <translation>人数</translation>
    </message>
    <message>
        <source>Users are households, one where unknown. It is known of {outlet} customers by their outlet where they drain, of {compound} by their compound, of {place} by the nearest sewer.</source>
        <translation>用户按户数计，户数不明的按一户计。排放去向：{outlet} 个用户按排入节点，{compound} 个按所属小区，{place} 个按最近的污水管确定。</translation>
    </message>
    <message>
        <source>whether any are critical is not recorded</source>
        <translation>未录入是否有重点用户</translation>
    </message>
    <message>
        <source>{critical} of them critical</source>
        <translation>其中重点用户 {critical} 个</translation>
    </message>
    <message>
        <source>{valves} boundary valves on a way of {way}, {inlets} meters to shut off and {gauges} gauges; {customers} customers with {households} households are without water, {critical}. {length} of pipes are tested.</source>
        <translation>{valves} 个边界阀，路程 {way}；{inlets} 块水表需切断，{gauges} 块压力表；停水用户 {customers} 个、{households} 户，{critical}。受检管长 {length}。</translation>
    </message>
    <message>
        <source>{valves} boundary valves on a way of {way}, {inlets} meters to shut off and {gauges} gauges; who is without water is not known: no customers are recorded. {length} of pipes are tested.</source>
        <translation>{valves} 个边界阀，路程 {way}；{inlets} 块水表需切断，{gauges} 块压力表；未录入用户，停水用户不详。受检管长 {length}。</translation>
    </message>
    <message>
        <source>Close {pipe} here with a new valve</source>
        <translation>在此加装阀门关闭 {pipe}</translation>
    </message>
    <message>
        <source>Close all here with new valves</source>
        <translation>在此加装阀门全部关闭</translation>
    </message>
    <message numerus="yes">
        <source>%n household(s) cut off</source>
        <translation>
            <numerusform>%n 户断水</numerusform>
        </translation>
    </message>
    <message>
        <source>Adopt all the same</source>
        <translation>仍然采用</translation>
    </message>
    <message>
        <source>Adopt this scenario: zones and meters are written to the network as one batch, with work orders for valves and new devices</source>
        <translation>采用该方案：分区和水表作为一个批次写入管网，阀门和新设备开具工单</translation>
    </message>
    <message>
        <source>{zone}: closed, but {cut_off}</source>
        <translation>{zone}：已封闭，但{cut_off}</translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s) are open: valves count as closed or open once theirs is done.</source>
        <translation>
            <numerusform>已开具 %n 张工单：阀门在其工单完成后才记为关闭或开启。</numerusform>
        </translation>
    </message>
    <message>
        <source>{valves} boundary valves, {inlets} meters to shut off; no customers are recorded</source>
        <translation>{valves} 个边界阀，{inlets} 块水表需切断；未录入用户</translation>
    </message>
    <message>
        <source>Close valve {node} on pipe {pipe}.</source>
        <translation>关闭管段 {pipe} 上的阀门 {node}。</translation>
    </message>
    <message>
        <source>Install a boundary meter on pipe {pipe} at {node}, and draw it on the map.</source>
        <translation>在管段 {pipe} 的 {node} 处安装边界水表，并在图上补画。</translation>
    </message>
    <message>
        <source>Install a valve on pipe {pipe} at {node}, close it and draw it on the map.</source>
        <translation>在管段 {pipe} 的 {node} 处安装阀门并关闭，在图上补画。</translation>
    </message>
    <message>
        <source>Boundary of {zones}.</source>
        <translation>{zones} 的边界。</translation>
    </message>
    <message>
        <source>It is not recorded where customers drain: they have no outlet and no compound, and no sewer lies within {reach} m.</source>
        <translation>用户排放去向未录入：未填排入节点和小区，{reach} m 内也无污水管。</translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) have no outlet on record: each counts at the nearest sewer within {reach} m.</source>
        <translation>
            <numerusform>%n 个用户未填排入节点：按 {reach} m 内最近的污水管计入。</numerusform>
        </translation>
    </message>
    <message>
        <source>Columns not used</source>
        <translation>未采用的列</translation>
    </message>
    <message>
        <source>Heights lie {off:+.1f} m from the known ground {away:,.0f} m away, beyond what slopes explain (median of {n:,}), more than {limit:g} m: they may be ellipsoidal heights.</source>
        <translation>与 {away:,.0f} m 外的已知地面相比，除去坡度影响高程仍相差 {off:+.1f} m（{n:,} 点中位数），超过 {limit:g} m：可能为大地高。</translation>
    </message>
    <message>
        <source>the heading “{heading}” stands twice.</source>
        <translation>表头“{heading}”出现两次。</translation>
    </message>
    <message>
        <source>material not known</source>
        <translation>材质不明</translation>
    </message>
    <message>
        <source>size not known</source>
        <translation>管径不明</translation>
    </message>
    <message>
        <source>no level at {end}</source>
        <translation>{end} 处无高程</translation>
    </message>
    <message>
        <source>points along the pipe without a level: {count}</source>
        <translation>沿线无高程的测点：{count} 个</translation>
    </message>
    <message>
        <source>no depth at {end}: cover not known</source>
        <translation>{end} 处无埋深，覆土深度不明</translation>
    </message>
    <message>
        <source>the plan has no level: the level was not compared</source>
        <translation>设计无高程，未比对高程</translation>
    </message>
    <message>
        <source>no surveyed point on the pipe</source>
        <translation>管段上无测点</translation>
    </message>
    <message>
        <source>the start</source>
        <translation>起点</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>终点</translation>
    </message>
    <message numerus="yes">
        <source>Kept too, because these rows need them: %n row(s)</source>
        <translation>
            <numerusform>因上述各行需要而一并保留：%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>{file}: columns that are not used: {columns}.</source>
        <translation>{file}：未采用的列：{columns}。</translation>
    </message>
    <message numerus="yes">
        <source>%n new pipe(s) are in use and not verified: evidence is missing or contrary.</source>
        <translation>
            <numerusform>%n 条新管段已在用但未通过核验：依据不足或不符。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new pipe(s) are verified.</source>
        <translation>
            <numerusform>%n 条新管段已通过核验。</numerusform>
        </translation>
    </message>
    <message>
        <source>What these pipes are missing is entered in the form of each. Planned ones stay planned until it is there.</source>
        <translation>各管段所缺内容在其表单中填写；设计管段补齐前仍为设计状态。</translation>
    </message>
    <message>
        <source>The path “{path}…” is too long. Choose a shorter one.</source>
        <translation>路径“{path}…”过长，请改用较短的路径。</translation>
    </message>
    <message>
        <source>{reason} The run itself has finished, and the file is in {path}.</source>
        <translation>{reason}运行本身已完成，文件保存在 {path}。</translation>
    </message>
    <message>
        <source>{name}: the text has a character that can&apos;t be used: a NUL, or half of one of another encoding. Type it again, or rename the file.</source>
        <translation>{name}：文本中含有不能使用的字符（空字符，或其他编码的半个字符）。请重新输入，或重命名文件。</translation>
    </message>
    <message>
        <source>{name}: “{value}” can't be used. Give {kind} from {least} to {most}.</source>
        <translation>{name}：“{value}”不能使用，请给出 {least} 至 {most} 之间的{kind}。</translation>
    </message>
    <message>
        <source>{name} has no polygons: the layer “{text}” has none. Choose a layer of polygons.</source>
        <translation>{name} 没有面：图层“{text}”不含面要素，请选择面图层。</translation>
    </message>
    <message>
        <source>dead ends made by closing: {count}; water age not checked: {reason}</source>
        <translation>关闭后新增死水端：{count} 处；未计算水龄：{reason}</translation>
    </message>
    <message>
        <source>it is computed for the solution that is chosen</source>
        <translation>仅对所选方案计算水龄</translation>
    </message>
    <message>
        <source>the model has no duration</source>
        <translation>模型没有模拟时长</translation>
    </message>
    <message>
        <source>These settings are not numbers: {settings}. Correct them in the settings table.</source>
        <translation>以下参数不是数字：{settings}。请在参数表中更正。</translation>
    </message>
    <message>
        <source>Compute pressures of proposed areas</source>
        <translation>计算分区方案的水压</translation>
    </message>
    <message>
        <source>Pressures are being computed.</source>
        <translation>正在计算水压。</translation>
    </message>
    <message>
        <source>Computing water ages</source>
        <translation>正在计算水龄</translation>
    </message>
    <message>
        <source>EPANET did not come to an end within {seconds} s (setting {key}).</source>
        <translation>EPANET 未能在 {seconds} s 内完成计算（参数 {key}）。</translation>
    </message>
    <message>
        <source>EPANET wrote more than {room} MB of temporary files.</source>
        <translation>EPANET 写入的临时文件超过 {room} MB。</translation>
    </message>
    <message>
        <source>{engine} ended without a result.</source>
        <translation>{engine} 已退出，但没有给出结果。</translation>
    </message>
    <message>
        <source>No Python program was found in {folder} to run EPANET with.</source>
        <translation>在 {folder} 中没有找到运行 EPANET 所需的 Python 程序。</translation>
    </message>
    <message>
        <source>EPANET can&apos;t be started: {reason}.</source>
        <translation>无法启动 EPANET：{reason}。</translation>
    </message>
    <message>
        <source>The folder for temporary files {folder} has {free} MB left, EPANET needs {room} MB.</source>
        <translation>临时文件夹 {folder} 剩余 {free} MB，EPANET 需要 {room} MB。</translation>
    </message>
    <message>
        <source>The proposals are ready.</source>
        <translation>方案已生成。</translation>
    </message>
    <message>
        <source>Pressures were not asked for.</source>
        <translation>未要求计算水压。</translation>
    </message>
    <message>
        <source>The folder {path} holds more than {most} files and folders, more than a survey has. Choose the folder of the survey, or name its files.</source>
        <translation>文件夹 {path} 内的文件和子文件夹超过 {most} 个，不像测量成果。请选择测量成果所在的文件夹，或直接指定文件。</translation>
    </message>
    <message>
        <source>The survey files in the folder {path} have {size} MB, more than {most} MB. Choose the folder of one survey, or name its files.</source>
        <translation>文件夹 {path} 内的测量文件共 {size} MB，超过 {most} MB。请选择一次测量的文件夹，或直接指定文件。</translation>
    </message>
    <message>
        <source>{name} is cut off: it has {size} bytes of {told}. Copy all files of the shapefile once more.</source>
        <translation>{name} 不完整：应有 {told} 字节，只有 {size} 字节。请重新复制该 Shapefile 的全部文件。</translation>
    </message>
    <message>
        <source>{file} can&apos;t be read from row {row} on: it is damaged there. Choose another file.</source>
        <translation>{file} 从第 {row} 行起无法读取：文件在该处损坏。请选择其他文件。</translation>
    </message>
    <message>
        <source>{file} has {columns} columns, more than the {most} that a table can have. Check whether it is damaged, or leave out columns.</source>
        <translation>{file} 有 {columns} 列，超过表格允许的 {most} 列。请检查文件是否损坏，或删去多余的列。</translation>
    </message>
    <message>
        <source>Reported on pipe {then}, which is {pipe} now.</source>
        <translation>上报管段为 {then}，该管段现为 {pipe}。</translation>
    </message>
    <message>
        <source>An edit put it on pipe {pipe}.</source>
        <translation>由编辑关联至管段 {pipe}。</translation>
    </message>
    <message>
        <source>Finds the pipe of every burst and leak, by its reported pipe id or else by its location, and records the match with its reason. A failure older than its pipe belongs to the pipe that was there before. A reported pipe that was renamed, split or merged since is followed through the change log; a match that an edit gave stays.</source>
        <translation>按上报的管段编号为每处爆管或漏点找到所属管段，无编号时按位置查找，并写明匹配说明。早于管段敷设年代的故障归于更换前的管段。上报后改号、打断或合并的管段按变更日志追踪；由编辑给出的关联保持不变。</translation>
    </message>
    <message>
        <source>Gap at which the search stops</source>
        <translation>停止搜索的间隙</translation>
    </message>
    <message>
        <source>Share of the best possible benefit, such as 0.005 for 0.5 %: the first plan so near to it is taken; empty: the network&apos;s setting.</source>
        <translation>距最大可能效益的比例，如 0.005 即 0.5%：采用首个达到此间隙的方案；留空则按管网设置。</translation>
    </message>
    <message>
        <source>Plan to improve</source>
        <translation>待改进的方案</translation>
    </message>
    <message>
        <source>Id of a plan, such as PL0001: the search begins with it, and only a better one is written in its place. Empty: a new plan.</source>
        <translation>方案编号，如 PL0001：从该方案开始搜索，仅在更优时替换写入。留空则编制新方案。</translation>
    </message>
    <message>
        <source>Share by which the benefit is below the best possible</source>
        <translation>效益低于最大可能值的比例</translation>
    </message>
    <message>
        <source>inspect first: no failure is on record, what a failure costs alone speaks for it</source>
        <translation>宜先检测：无故障记录，仅因故障后果较大</translation>
    </message>
    <message>
        <source>trenchless, since its road may not be dug up in any year of the plan</source>
        <translation>所在道路在计划各年内均不得开挖，采用非开挖</translation>
    </message>
    <message>
        <source>its road may not be dug up in any year of the plan, and its size or material does not suit trenchless renewal</source>
        <translation>所在道路在计划各年内均不得开挖，且管径或管材不适于非开挖</translation>
    </message>
    <message>
        <source>GAP is a share from 0 to 1; write 0.005 for 0.5 %.</source>
        <translation>GAP 为 0 至 1 的比例，0.5% 写作 0.005。</translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) may not be dug up in any year of the plan, since road works come before; they are offered as trenchless renewal: {names}.</source>
        <translation>
            <numerusform>%n 个项目因先有道路工程，计划各年内均不得开挖，现按非开挖列入：{names}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n package(s) may not be dug up in any year of the plan, since road works come before, and do not suit trenchless renewal: {names}. Lock one to a year to build it all the same.</source>
        <translation>
            <numerusform>%n 个项目因先有道路工程，计划各年内均不得开挖，又不适于非开挖：{names}。如仍需实施，可将其锁定到某一年。</numerusform>
        </translation>
    </message>
    <message>
        <source>Import survey…</source>
        <translation>导入测量…</translation>
    </message>
    <message>
        <source>Bring in measured points</source>
        <translation>导入实测点</translation>
    </message>
    <message>
        <source>Assess health…</source>
        <translation>评估健康…</translation>
    </message>
    <message>
        <source>Health of all pipes</source>
        <translation>评估全部管段的健康</translation>
    </message>
    <message>
        <source>Plan renewal…</source>
        <translation>编制改造计划…</translation>
    </message>
    <message>
        <source>Streets to renew by year</source>
        <translation>按年度安排改造街道</translation>
    </message>
    <message>
        <source>Technician</source>
        <translation>管网维护</translation>
    </message>
    <message>
        <source>Planner</source>
        <translation>规划</translation>
    </message>
    <message>
        <source>Surveyor</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Manager</source>
        <translation>管理</translation>
    </message>
    <message numerus="yes">
        <source>{change}: %n pipe(s), {length}</source>
        <translation>
            <numerusform>{change}：%n 条管段，{length}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s), {length}, highest risk first</source>
        <translation>
            <numerusform>%n 条管段，{length}，按风险由高到低</numerusform>
        </translation>
    </message>
    <message>
        <source>The whole network has not been checked yet.</source>
        <translation>尚未检查整个管网。</translation>
    </message>
    <message>
        <source>Back to the panel with the state of the network</source>
        <translation>返回显示管网状态的面板</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>also: {sections}</source>
        <translation>另有：{sections}</translation>
    </message>
    <message numerus="yes">
        <source>{length} in %n pipe(s)</source>
        <translation>
            <numerusform>%n 条管段，共 {length}</numerusform>
        </translation>
    </message>
    <message>
        <source>The plan is within {share} of the best possible.</source>
        <translation>方案距最优不超过 {share}。</translation>
    </message>
    <message numerus="yes">
        <source>%n sheet(s) without pipes left out.</source>
        <translation>
            <numerusform>略去 %n 幅无管线的图。</numerusform>
        </translation>
    </message>
    <message>
        <source>So far; not all drains have been checked.</source>
        <translation>目前所知，尚未检查全部排水管段。</translation>
    </message>
    <message>
        <source>So far; the whole network has not been checked yet.</source>
        <translation>目前所知，尚未检查整个管网。</translation>
    </message>
    <message>
        <source>Renewal plan {first}-{last}, improved</source>
        <translation>{first}-{last} 年改造计划（改进）</translation>
    </message>
    <message>
        <source>There is no plan {plan} with projects that are not decided yet. Plan anew.</source>
        <translation>没有含未定项目的方案 {plan}，请重新编制。</translation>
    </message>
    <message>
        <source>With “meters” each column has its unit: leave “unit_column” out.</source>
        <translation>使用“meters”时每列各有单位：请去掉“unit_column”。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) can&apos;t be, such as {value:.10g} at {meter}: sums and nights leave them out. Check the meters {meters}.</source>
        <translation>
            <numerusform>有 %n 条读数不可能成立，例如 {meter} 的 {value:.10g}：合计和夜间流量均不计入。请检查水表 {meters}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Columns that are not read: {columns}.</source>
        <translation>未读取的列：{columns}。</translation>
    </message>
    <message>
        <source>what goes into {tanks} inside is not known and counts as leakage</source>
        <translation>区内 {tanks} 的进水量未知，计入了漏损</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) that can&apos;t be are left out, such as {value} of {meter} at {moment}; check the meters {meters}.</source>
        <translation>
            <numerusform>有 %n 条不可能的读数未计入，例如 {meter} 于 {moment} 的 {value}；请检查水表 {meters}。</numerusform>
        </translation>
    </message>
    <message>
        <source>{n} that can&apos;t be</source>
        <translation>{n} 条不可能</translation>
    </message>
    <message>
        <source>The change of the level of {tanks} inside is taken off night flow.</source>
        <translation>夜间流量已扣除区内 {tanks} 的液位变化水量。</translation>
    </message>
    <message>
        <source>The filling of {tanks} counts as leakage of {zones}: adopt readings of level, and give volume and depth.</source>
        <translation>{tanks} 的进水量计入了 {zones} 的漏损：请入库液位读数，并填写容积和深度。</translation>
    </message>
    <message>
        <source>Lines turned towards the ids of their ends</source>
        <translation>按两端编号反转的管线数</translation>
    </message>
    <message>
        <source>Finds sewage that reaches storm drains, rain that reaches sewers, overflows without a weir and what is doubtful (rules M1 to M13), along the flow of the drains. Each finding names the two drains, the way to the outfall, and the customers and drains behind it. Crossing lines are not evidence; ends that are not joined but lie close are listed as near.</source>
        <translation>沿排水管流向查找污水接入雨水管、雨水接入污水管、无堰溢流以及存疑之处（规则 M1 至 M13）。每处列出两段管道、至排放口的去向以及上游用户和管长。管线交叉不作为依据；未连接但相邻的管端列为邻近。</translation>
    </message>
    <message numerus="yes">
        <source>%n drain(s) name nodes of which nobody knows where they lie: their flow is not recorded, although the columns are headed upstream and downstream.</source>
        <translation>
            <numerusform>%n 条排水管所填节点位置不明：尽管列标题为上游、下游，仍不记录其流向。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) were drawn against the ids of start and end and were turned; levels and depths stay with the ids.</source>
        <translation>
            <numerusform>%n 条管线的绘制方向与起点、终点编号相反，已反转图形；高程与埋深仍随编号。</numerusform>
        </translation>
    </message>
    <message>
        <source>a number that stands for “not known”</source>
        <translation>以该数值表示“不明”</translation>
    </message>
    <message numerus="yes">
        <source>Check the drawing first, %n valve(s) beside the pipes are not joined</source>
        <translation>
            <numerusform>先核对图形：管线旁有 %n 个阀门未接入</numerusform>
        </translation>
    </message>
    <message>
        <source>{first}; as drawn {closing}</source>
        <translation>{first}；按现图{closing}</translation>
    </message>
    <message>
        <source>On or beside these pipes but joined to none, so passed over: {assets}. Check the network: it lists each with its repair.</source>
        <translation>位于这些管线上或旁边但未与任何管线相接，分析中未计入：{assets}。请检查管网，检查结果逐个列出并可修复。</translation>
    </message>
    <message>
        <source>Pipe ends that just miss another pipe, so nothing was followed across: {ends}. Check the network: it lists each with its repair.</source>
        <translation>管端与邻近管线仅差一点未相接，未越过追踪：{ends}。请检查管网，检查结果逐个列出并可修复。</translation>
    </message>
    <message>
        <source>Of unknown state and taken as open: {valves}. Look at them on site.</source>
        <translation>启闭状态不明、按开启处理：{valves}。请现场核实。</translation>
    </message>
    <message>
        <source>{kind} {node} (on {pipe})</source>
        <translation>{kind} {node}（在 {pipe} 上）</translation>
    </message>
    <message>
        <source>{kind} {node} ({distance} m from {pipe})</source>
        <translation>{kind} {node}（距 {pipe} {distance} m）</translation>
    </message>
    <message>
        <source>{pipe} ({distance} m from {other})</source>
        <translation>{pipe}（距 {other} {distance} m）</translation>
    </message>
    <message>
        <source>Check the network</source>
        <translation>检查管网</translation>
    </message>
    <message numerus="yes">
        <source>%n new pipe(s) lie exactly on another, such as {new} on {old}. Delete what is not laid twice.</source>
        <translation>
            <numerusform>%n 条新管段与已有管段完全重合，如 {new} 与 {old}。如非并行敷设，请删除。</numerusform>
        </translation>
    </message>
    <message>
        <source>Leave them deleted</source>
        <translation>保持删除</translation>
    </message>
    <message>
        <source>{pipes}: deleted, but still referred to by {rows}. What is there stays without a pipe.</source>
        <translation>{pipes} 已删除，但仍被引用：{rows}。这些记录将没有所属管段。</translation>
    </message>
    <message>
        <source>{table} ({count})</source>
        <comment>how many rows of a table</comment>
        <translation>{table} {count} 条</translation>
    </message>
    <message>
        <source>position unknown: the gap between defects is not judged</source>
        <translation>位置未知：未判断缺陷之间的间距</translation>
    </message>
    <message>
        <source>without a number, taken as class 0: {codes}</source>
        <translation>无损坏编号，按 0 级计：{codes}</translation>
    </message>
    <message>
        <source>{codes} (not of {standard})</source>
        <translation>{codes}（不属于{standard}）</translation>
    </message>
    <message>
        <source>The code {code} is none of {standard}. Correct it in the file.</source>
        <translation>代码 {code} 不属于{standard}。请在文件中更正。</translation>
    </message>
    <message>
        <source>Rejected: {n}. {reason}</source>
        <translation>拒绝 {n} 行。{reason}</translation>
    </message>
    <message numerus="yes">
        <source>Found by their manholes: %n pipe(s) ({names}).</source>
        <translation>
            <numerusform>按两端检查井确定的管段：%n 条（{names}）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Rows by EN 13508-2 without a damage number, taken as class 0: %n.</source>
        <translation>
            <numerusform>按 EN 13508-2 无损坏编号、按 0 级计的行：%n。</numerusform>
        </translation>
    </message>
    <message>
        <source>Sewage treatment plant</source>
        <translation>污水处理厂</translation>
    </message>
    <message>
        <source>{node} stands at the end of {pipe}.</source>
        <translation>{node} 位于 {pipe} 的端点。</translation>
    </message>
    <message>
        <source>The network has no outfall: give the nodes where storm drains reach the river the kind Outfall.</source>
        <translation>管网中没有排放口：请将雨水管入河处的节点类型设为“排放口”。</translation>
    </message>
    <message numerus="yes">
        <source>%n storm inlet(s) join no pipe and take no ground: the check offers leads to the drains beside.</source>
        <translation>
            <numerusform>%n 个雨水口未接任何管段，不参与划分汇水范围：数据检查可补画至邻近排水管的连接管。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Strong evidence is overruled at %n drain(s): {pipes}. Check on site.</source>
        <translation>
            <numerusform>%n 条排水管的流向与有力依据相反：{pipes}，请现场核实。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>No drain leads to %n outfall(s) or plant(s): {nodes}.</source>
        <translation>
            <numerusform>%n 个排放口或处理厂没有排水管流入：{nodes}。</numerusform>
        </translation>
    </message>
    <message>
        <source>undetermined</source>
        <translation>流向不明</translation>
    </message>
    <message>
        <source>Known misconnections may explain it: {pipes}. Look there first.</source>
        <translation>已知的混接可能就是原因：{pipes}，请先查看。</translation>
    </message>
    <message>
        <source>Columns of {name}</source>
        <translation>{name} 的列</translation>
    </message>
    <message>
        <source>as the codes tell</source>
        <translation>由代码判断</translation>
    </message>
    <message>
        <source>No column was found for {fields}. Choose it, or import without it.</source>
        <translation>未找到{fields}对应的列。请选择，或不带此列导入。</translation>
    </message>
    <message>
        <source>Meters of households billed {share} % of the supply: HOUSEHOLD_SHARE would be {value}.</source>
        <translation>居民抄表水量占供水总量的 {share} %：HOUSEHOLD_SHARE 应为 {value}。</translation>
    </message>
    <message>
        <source>Reads inspections with their defects from ISYBAU XML (EN 13508-2) or from a table of the crew (CSV, XLSX) and writes them as one batch. Raw codes are kept; pipes that the network does not have keep their name. A code that is none of the standard is named and its row rejected; many of them are refused. Grade them afterwards.</source>
        <translation>从 ISYBAU XML（EN 13508-2）或检测队的表格（CSV、XLSX）读取检测及其缺陷，作为一个批次写入。保留原始代码；管网中没有的管段保留其名称。不属于所依标准的代码会列出并拒绝该行；数量多时不予导入。之后再评级。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) of noise can&apos;t be and are left out: check the sensors {sensors}.</source>
        <translation>
            <numerusform>有 %n 条噪声读数不可能成立，未计入：请检查传感器 {sensors}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) that can&apos;t be are left out: check the gauges {gauges}.</source>
        <translation>
            <numerusform>有 %n 条不可能的读数未计入：请检查压力表 {gauges}。</numerusform>
        </translation>
    </message>
    <message>
        <source>from the records</source>
        <translation>由记录判定</translation>
    </message>
    <message>
        <source>This network is read-only: it can be looked at, printed and exported, but nothing can be written. Copy it to a folder of your own to change it.</source>
        <translation>此管网为只读：可查看、出图和导出，不能写入。如需修改，请复制到自己的文件夹。</translation>
    </message>
    <message>
        <source>Undoes one whole write: an adoption, a matching, an assessment, a plan, an edit. Rows that were changed later are never overwritten unasked: they stop the undo and are listed, stay as they are while the rest is undone, or lose their later changes too. Rows that refer to what is removed, such as the failures of a pipe, are counted first and listed. An undo is a batch too; undo it to redo the first one.</source>
        <translation>整批撤回一次写入：入库、匹配、评估、计划或编辑。后来又有改动的行不会擅自覆盖：撤销将停止并列出这些行；或保留这些行、撤销其余；或连同后续改动一并撤销。引用被移除记录的行（如管段的故障）先计数并列出。撤销也是批次，再撤销它即可重做。</translation>
    </message>
    <message>
        <source>Undo later changes of these rows too</source>
        <translation>连同这些记录的后续改动一并撤销</translation>
    </message>
    <message>
        <source>Undo all of the batch, with everything that was changed later of its rows: parts of its pipes, what was verified and attached. Nodes at which other pipes end stay.</source>
        <translation>撤销整个批次，并撤销其记录之后的全部改动：由其管段拆分出的管段、核验记录和附件。其他管段所连接的节点保留。</translation>
    </message>
    <message numerus="yes">
        <source>Kept, because other rows need them: %n row(s)</source>
        <translation>
            <numerusform>因其他记录需要而保留：%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Undo all, with the later changes</source>
        <translation>连同后续改动全部撤销</translation>
    </message>
    <message>
        <source>With the later changes ({batches}) these rows are undone too:</source>
        <translation>如连同后续改动（{batches}）撤销，还将撤销以下记录：</translation>
    </message>
    <message>
        <source>Batch {batch} can&apos;t be undone as a whole: {n} of its rows were changed later, such as {first}. First undo what changed them ({batches}), or undo the rest and leave these rows as they are (SKIP_CHANGED), or all of it with the later changes (WITH_LATER).</source>
        <translation>批次 {batch} 不能整批撤销：其中 {n} 条记录后来有改动，如 {first}。请先撤销这些改动（{batches}），或撤销其余记录、保留这些记录不变（SKIP_CHANGED），或连同后续改动全部撤销（WITH_LATER）。</translation>
    </message>
    <message>
        <source>Batch {batch} can&apos;t be undone as a whole: {n} of its rows were changed later, such as {first}. Undo the rest and leave these rows as they are (SKIP_CHANGED), or all of it with the later changes (WITH_LATER).</source>
        <translation>批次 {batch} 不能整批撤销：其中 {n} 条记录后来有改动，如 {first}。可撤销其余记录、保留这些记录不变（SKIP_CHANGED），或连同后续改动全部撤销（WITH_LATER）。</translation>
    </message>
    <message>
        <source>Choose one: leave the rows that were changed later, or undo their later changes too.</source>
        <translation>请二选一：保留后来有改动的记录，或连同其后续改动一并撤销。</translation>
    </message>
    <message numerus="yes">
        <source>%n new part(s) of {pipes}, shorter than 1 mm, were not saved: splitting a pipe at its end, or twice at one place, leaves such parts.</source>
        <translation>
            <numerusform>{pipes} 有 %n 段新分段短于 1 mm，未予保存：在管段端点处或同一位置重复打断会留下这类分段。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{table}: %n row(s), such as {asset}, have an unlikely value in “{field}”. {reason}</source>
        <translation>
            <numerusform>{table}：%n 条记录（如 {asset}）的“{field}”取值异常。{reason}</numerusform>
        </translation>
    </message>
    <message>
        <source>This pipe is not in the last assessment yet.</source>
        <translation>该管段尚未纳入最近一次评估。</translation>
    </message>
    <message>
        <source>This pipe is not in the assessment of {date} yet.</source>
        <translation>该管段尚未纳入 {date} 的评估。</translation>
    </message>
    <message>
        <source>The verification is being written …</source>
        <translation>正在写入核验记录…</translation>
    </message>
    <message>
        <source>DECISIONS, {file}: give “level_columns” as in this example: {example}</source>
        <translation>DECISIONS，{file}：“level_columns”请按此例填写：{example}</translation>
    </message>
    <message>
        <source>Columns of levels</source>
        <translation>高程、埋深列</translation>
    </message>
    <message>
        <source>height of the point</source>
        <translation>测点高程</translation>
    </message>
    <message>
        <source>ground level of the point</source>
        <translation>测点地面高程</translation>
    </message>
    <message>
        <source>depth of the point</source>
        <translation>测点埋深（井深）</translation>
    </message>
    <message>
        <source>depth at the start</source>
        <translation>起点埋深</translation>
    </message>
    <message>
        <source>depth at the end</source>
        <translation>终点埋深</translation>
    </message>
    <message>
        <source>level at the start</source>
        <translation>起点高程</translation>
    </message>
    <message>
        <source>level at the end</source>
        <translation>终点高程</translation>
    </message>
    <message>
        <source>leave out</source>
        <translation>不采用</translation>
    </message>
    <message>
        <source>{column}: {field}</source>
        <comment>a column, and what it holds</comment>
        <translation>{column}：{field}</translation>
    </message>
    <message>
        <source>measured without a fixed solution: {points}</source>
        <translation>非固定解测得：{points}</translation>
    </message>
    <message>
        <source>The column “{column}” looks like levels or depths. What does it hold?</source>
        <translation>“{column}”列疑为高程或埋深，它是什么？</translation>
    </message>
    <message>
        <source>The column “{column}” looks like levels or depths; no list knows it.</source>
        <translation>“{column}”列疑为高程或埋深，不在列名表中。</translation>
    </message>
    <message>
        <source>{title}: {names}</source>
        <comment>a kind of findings, and what it names</comment>
        <translation>{title}：{names}</translation>
    </message>
    <message>
        <source>List the findings of one rule</source>
        <translation>只列出某一规则的结果</translation>
    </message>
    <message>
        <source>{code} {title}: {n}</source>
        <comment>a rule, and how many it found</comment>
        <translation>{code} {title}：{n}</translation>
    </message>
    <message>
        <source>All rules: {n}</source>
        <translation>全部规则：{n}</translation>
    </message>
    <message>
        <source>No valve has a bore like these: {valves}. Look whether it is in another unit, and correct it before the night.</source>
        <translation>没有这样口径的阀门：{valves}。请核对单位是否有误，并在试验之前更正。</translation>
    </message>
    <message>
        <source>East, north (m)</source>
        <translation>东、北坐标（m）</translation>
    </message>
    <message>
        <source>Coordinates: {crs}.</source>
        <translation>坐标系：{crs}。</translation>
    </message>
    <message numerus="yes">
        <source>All %n customer(s) are listed at the end of this paper.</source>
        <translation>
            <numerusform>全部 %n 个用户列于本文件末尾。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) are listed at the end of this paper.</source>
        <translation>
            <numerusform>本文件末尾列出其中 %n 个用户。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more customer(s) are in the file {file}.</source>
        <translation>
            <numerusform>另有 %n 个用户见文件 {file}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more customer(s) are in the table of customers: give OUTPUT_CUSTOMERS a file.</source>
        <translation>
            <numerusform>另有 %n 个用户见用户表：请为 OUTPUT_CUSTOMERS 指定文件。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Columns that are not adopted, %n: {columns}.</source>
        <translation>
            <numerusform>未入库的列 %n 个：{columns}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Meter on {pipe} here, into the zone</source>
        <translation>在此给 {pipe} 装表（流入）</translation>
    </message>
    <message>
        <source>{batch}  {at}  {kind}  {name}  by {by}, number of rows not known</source>
        <translation>{batch}  {at}  {kind}  {name}  {by}，行数不明</translation>
    </message>
    <message>
        <source>The years or the budget of plan {plan} are not known any more. Plan again.</source>
        <translation>计划 {plan} 的年限或预算已不明。请重新编制计划。</translation>
    </message>
    <message>
        <source>{asset} was deleted by another program past the change log: what it was is not known. Take it from a backup, or enter it again.</source>
        <translation>{asset} 被其他程序绕过变更记录删除，删除前的内容不明。请从备份中取回，或重新录入。</translation>
    </message>
    <message>
        <source>There is no pipe to plan for: in assessment {run} all pipes are expected to fail alike, so none comes first. Enter materials, years and diameters or bring in failures, then assess again.</source>
        <translation>没有可列入计划的管段：评估 {run} 中所有管段的预期故障相同，分不出先后。请补录材质、年份和管径，或导入故障记录，再重新评估。</translation>
    </message>
    <message>
        <source>{file}, line {line}: this is not text in the encoding {encoding}. Correct the line, or give another encoding.</source>
        <translation>{file} 第 {line} 行不是 {encoding} 编码的文本。请更正该行，或指定其他编码。</translation>
    </message>
    <message>
        <source>No row of the drawing lies on the CAD layers {layers}. It has: {names}.</source>
        <translation>图纸中没有位于 CAD 图层 {layers} 的对象。图纸的图层有：{names}。</translation>
    </message>
    <message>
        <source>No CAD layer names a system or a type of the table {table}. The drawing has: {names}. Name the layers to take in the mapping, for example {example}.</source>
        <translation>没有 CAD 图层的名称指明表 {table} 的系统或类型。图纸的图层有：{names}。请在映射中指定要采用的图层，例如 {example}。</translation>
    </message>
    <message>
        <source>The row lies on a CAD layer that the mapping does not take.</source>
        <translation>该行位于映射未采用的 CAD 图层。</translation>
    </message>
    <message>
        <source>“layers” must be a list of names of CAD layers.</source>
        <translation>“layers”应为 CAD 图层名称的列表。</translation>
    </message>
    <message>
        <source>on a CAD layer that is not taken</source>
        <translation>位于未采用的 CAD 图层</translation>
    </message>
    <message>
        <source>A coordinate is cut off.</source>
        <translation>坐标被截断。</translation>
    </message>
    <message>
        <source>The number or the unit of a coordinate is not known.</source>
        <translation>坐标的数值或单位无法识别。</translation>
    </message>
    <message>
        <source>“values” must contain codes in braces, by field.</source>
        <translation>“values”应按字段用花括号给出代码。</translation>
    </message>
    <message>
        <source>“values” names {fields}, which no survey has. Known fields: {known}.</source>
        <translation>“values”中的 {fields} 不是测量成果的字段。可用字段：{known}。</translation>
    </message>
    <message>
        <source>“encoding” is the name of an encoding, such as {names}.</source>
        <translation>“encoding”应为编码名称，例如 {names}。</translation>
    </message>
    <message numerus="yes">
        <source>Looking at %n file(s)</source>
        <translation>
            <numerusform>正在识别 %n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>{files}: measured points and inspections go into a network. Open or create one first.</source>
        <translation>{files}：测量成果与检测记录需导入管网。请先打开或新建管网。</translation>
    </message>
    <message>
        <source>{files}: a SWMM model can&apos;t be brought in. Export its links and nodes as layers.</source>
        <translation>{files}：无法导入 SWMM 模型。请将其管段与节点导出为图层。</translation>
    </message>
    <message>
        <source>Left out: {files}. Results and networks of WaterNet are not data to bring in.</source>
        <translation>已略过：{files}。WaterNet 的成果文件与管网不作为数据导入。</translation>
    </message>
    <message>
        <source>Left out: {files}. Bring in one EPANET model at a time; results are not data to bring in.</source>
        <translation>已略过：{files}。EPANET 模型请逐个导入；成果文件不作为数据导入。</translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>等另 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Bring in an EPANET model</source>
        <translation>导入 EPANET 模型</translation>
    </message>
    <message>
        <source>Not known: a plane of its own</source>
        <translation>未知：使用独立平面坐标</translation>
    </message>
    <message>
        <source>Coordinate system of the model</source>
        <translation>模型坐标系</translation>
    </message>
    <message>
        <source>Without a coordinate system the network lies on a plane of its own, on no base map.</source>
        <translation>未指定坐标系时，管网位于独立平面，无法与底图叠加。</translation>
    </message>
    <message>
        <source>Other imports take: {names}. To read one here as a table, choose it once more.</source>
        <translation>以下文件由其他导入处理：{names}。如需在此按表格读取，请再次选择该文件。</translation>
    </message>
    <message>
        <source>CAD layers to take</source>
        <translation>采用的 CAD 图层</translation>
    </message>
    <message>
        <source>At first, layers are ticked whose names speak of a system or of what the rows are. Base maps, frames and labels stay out.</source>
        <translation>默认勾选名称指明管网系统或对象类型的图层；底图、图框与注记不采用。</translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) and the like left out: {rows}</source>
        <translation>
            <numerusform>已略过 %n 个文字等对象：{rows}</numerusform>
        </translation>
    </message>
    <message>
        <source>Where do the rows lie? {names}</source>
        <translation>数据位于何处？{names}</translation>
    </message>
    <message>
        <source>Choose the coordinate system</source>
        <translation>选择坐标系</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>图块</translation>
    </message>
    <message>
        <source>lines</source>
        <translation>线</translation>
    </message>
    <message>
        <source>areas</source>
        <translation>面</translation>
    </message>
    <message>
        <source>Its coordinate system is not known yet. Choose it in the list of files.</source>
        <translation>坐标系尚未确定。请在文件列表中选择。</translation>
    </message>
    <message>
        <source>{name}: no CAD layer is ticked. Tick the layers to take, or untick the drawing.</source>
        <translation>{name}：未勾选 CAD 图层。请勾选要采用的图层，或取消勾选该图纸。</translation>
    </message>
    <message>
        <source>{name}: choose where its rows lie, here or on the map.</source>
        <translation>{name}：请在此处或地图上选择数据的位置。</translation>
    </message>
    <message>
        <source>The coordinate system {crs} was found by evidence: {why}</source>
        <translation>坐标系 {crs} 由以下依据确定：{why}</translation>
    </message>
    <message>
        <source>The coordinate system of {file} is open: {candidates}. Give it in the mapping, for example {example}.</source>
        <translation>{file} 的坐标系待定：{candidates}。请在映射中指定，例如 {example}。</translation>
    </message>
    <message>
        <source>The drawing {file} has {count} entities, more than the {most} that are read. Copy the layers of the network to a drawing of their own.</source>
        <translation>图纸 {file} 有 {count} 个实体，超过可读取的 {most} 个。请将管网图层复制到单独的图纸。</translation>
    </message>
    <message>
        <source>“{word}” is not a GSI word.</source>
        <translation>“{word}”不是 GSI 字。</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚未确定</translation>
    </message>
    <message>
        <source>Take the drawn lengths</source>
        <translation>采用图上长度</translation>
    </message>
    <message>
        <source>They are not known</source>
        <translation>视为不明</translation>
    </message>
    <message>
        <source>Take them as written</source>
        <translation>按原样采用</translation>
    </message>
    <message>
        <source>These rows are in {unit}</source>
        <translation>这些行的单位是 {unit}</translation>
    </message>
    <message>
        <source>The column is in {unit}</source>
        <translation>该列的单位是 {unit}</translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n row(s) share {examples}, which may stand for “not known”.</source>
        <translation>
            <numerusform>{field}：%n 行同为 {examples}，可能表示“不明”。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) are {ratio} times the drawn lengths, one number for all: the scale of a map, not the pipes’ own lengths ({examples}).</source>
        <translation>
            <numerusform>{field}：%n 个值都是图上长度的 {ratio} 倍，比值全部相同：这是地图投影的缩放，不是管段自身的长度（{examples}）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) are {ratio} times the drawn lengths ({examples}).</source>
        <translation>
            <numerusform>{field}：%n 个值是图上长度的 {ratio} 倍（{examples}）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) can&apos;t be metres ({examples}).</source>
        <translation>
            <numerusform>{field}：%n 个值不可能以米为单位（{examples}）。</numerusform>
        </translation>
    </message>
    <message>
        <source>{found} Say in the mapping what is meant, for example {example}.</source>
        <translation>{found}请在映射中写明含义，例如 {example}。</translation>
    </message>
    <message>
        <source>{found} Leave “length_m” out of “fields” to take the drawn lengths, or say in the mapping what is meant, for example {example}.</source>
        <translation>{found}要采用图上长度，请从“fields”中去掉“length_m”；否则请在映射中写明含义，例如 {example}。</translation>
    </message>
    <message>
        <source>{column} holds codes ({examples}), no names: “{field}” is not taken from it.</source>
        <translation>{column} 是代码（{examples}），不是名称：不用它填写“{field}”。</translation>
    </message>
    <message>
        <source>{column} is the length that a program worked out of its own lines, not the pipes’ own.</source>
        <translation>{column} 是绘图软件由图形算出的长度，不是管段自身的长度。</translation>
    </message>
    <message>
        <source>{column} is {ratio} times the drawn length in all rows: the scale of a map, not the pipes’ own length.</source>
        <translation>{column} 在所有行中都是图上长度的 {ratio} 倍：这是地图投影的缩放，不是管段自身的长度。</translation>
    </message>
    <message>
        <source>Only “length_m” can take what is drawn; {name} can't.</source>
        <translation>只有“length_m”能采用图上的值，{name} 不能。</translation>
    </message>
    <message>
        <source>“odd_rows” of {name} must be a unit or one of {known}.</source>
        <translation>{name} 的“odd_rows”须为单位，或 {known} 之一。</translation>
    </message>
    <message>
        <source>Questions about values</source>
        <translation>关于数值的问题</translation>
    </message>
    <message>
        <source>Answer in the mapping</source>
        <translation>映射中的回答</translation>
    </message>
    <message>
        <source>out of line with the other rows</source>
        <translation>与其他行相差悬殊</translation>
    </message>
    <message>
        <source>unknown: {cause}</source>
        <translation>不明：{cause}</translation>
    </message>
    <message>
        <source>from {unit}</source>
        <translation>由{unit}换算</translation>
    </message>
    <message>
        <source>these rows alone from {unit}</source>
        <translation>仅这些行由{unit}换算</translation>
    </message>
    <message>
        <source>unknown: the mapping says so</source>
        <translation>不明：映射如此规定</translation>
    </message>
    <message>
        <source>day number of a spreadsheet</source>
        <translation>电子表格的日期序号</translation>
    </message>
    <message>
        <source>two digits of the year and the month</source>
        <translation>两位年份加月份</translation>
    </message>
    <message>
        <source>seconds or milliseconds since 1970</source>
        <translation>1970 年以来的秒数或毫秒数</translation>
    </message>
    <message>
        <source>several pipes: the diameter of one, the rest in the note</source>
        <translation>多根并行：取单根管径，原文写入备注</translation>
    </message>
    <message>
        <source>the drawn length in its place</source>
        <translation>改用图上长度</translation>
    </message>
    <message>
        <source>the size of a round pipe is its diameter</source>
        <translation>圆管的尺寸即管径</translation>
    </message>
    <message>
        <source>below zero in the file: without the sign</source>
        <translation>原为负值：去掉负号</translation>
    </message>
    <message>
        <source>with the unit that stands behind it</source>
        <translation>按数值后注明的单位</translation>
    </message>
    <message>
        <source>the number behind the sign for a diameter</source>
        <translation>管径符号后的数字</translation>
    </message>
    <message>
        <source>width × height</source>
        <translation>宽×高</translation>
    </message>
    <message>
        <source>a decimal comma</source>
        <translation>逗号作小数点</translation>
    </message>
    <message>
        <source>a year of two digits</source>
        <translation>两位数年份</translation>
    </message>
    <message>
        <source>the year of a date</source>
        <translation>日期中的年份</translation>
    </message>
    <message>
        <source>a date in another notation</source>
        <translation>其他写法的日期</translation>
    </message>
    <message>
        <source>a code of the file</source>
        <translation>文件中的代码</translation>
    </message>
    <message>
        <source>a part of the text</source>
        <translation>文本的一部分</translation>
    </message>
    <message>
        <source>empty: the value for all rows</source>
        <translation>空白：采用统一值</translation>
    </message>
    <message>
        <source>What was taken how</source>
        <translation>读法</translation>
    </message>
    <message>
        <source>How it was read</source>
        <translation>读法</translation>
    </message>
    <message>
        <source>Values that were taken as they are written are not listed.</source>
        <translation>按原样采用的值不列出。</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>概要</translation>
    </message>
    <message>
        <source>What was taken how ({n})</source>
        <translation>读法（{n}）</translation>
    </message>
    <message>
        <source>Rests on</source>
        <translation>依据</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>What was set to unknown at once is open again.</source>
        <translation>一次性记为不明的代码重新待定。</translation>
    </message>
    <message>
        <source>answered before</source>
        <translation>以前的回答</translation>
    </message>
    <message>
        <source>It can be taken back on this page.</source>
        <translation>可在本页撤回。</translation>
    </message>
    <message>
        <source>Set the rest to unknown</source>
        <translation>其余记为不明</translation>
    </message>
    <message>
        <source>Set to unknown</source>
        <translation>记为不明</translation>
    </message>
    <message>
        <source>{n} of {rows} rows of {name} get no “{field}”.</source>
        <translation>{name} 的 {rows} 行中有 {n} 行将没有“{field}”。</translation>
    </message>
    <message>
        <source>size of round pipes</source>
        <translation>圆管尺寸</translation>
    </message>
    <message>
        <source>Accept the columns of this file</source>
        <translation>采纳本文件的列</translation>
    </message>
    <message>
        <source>Values that were taken as they are written are not listed. A click on a line shows its rows.</source>
        <translation>按原样采用的值不列出。单击一行可查看对应的各行。</translation>
    </message>
    <message>
        <source>{name}: {n} rows.</source>
        <translation>{name}：{n} 行。</translation>
    </message>
    <message>
        <source>The first {n} are listed.</source>
        <translation>仅列出前 {n} 行。</translation>
    </message>
    <message>
        <source>Flow unit of a file that gives none</source>
        <translation>未注明流量单位的文件的单位</translation>
    </message>
    <message>
        <source>It says whether lengths are metres or feet, diameters millimetres or inches. Empty: what the file says, and where it says nothing GPM, EPANET’s default, with a warning.</source>
        <translation>决定长度是米还是英尺、管径是毫米还是英寸。留空：以文件为准；文件未注明时取 EPANET 默认的 GPM，并给出警告。</translation>
    </message>
    <message>
        <source>The file gives no flow unit: {unit}, EPANET’s default, was taken, so its lengths are feet and its diameters inches.</source>
        <translation>文件未注明流量单位：已采用 EPANET 默认的 {unit}，因此长度按英尺、管径按英寸读取。</translation>
    </message>
    <message>
        <source>The diameters become {low} to {high} mm.</source>
        <translation>管径为 {low} 至 {high} mm。</translation>
    </message>
    <message>
        <source>The diameters become {low} mm.</source>
        <translation>管径为 {low} mm。</translation>
    </message>
    <message>
        <source>If that is wrong, import again and give the unit with FLOW_UNIT.</source>
        <translation>如不正确，请用 FLOW_UNIT 注明单位后重新导入。</translation>
    </message>
    <message>
        <source>{name} gives its own flow unit, {own}. Leave FLOW_UNIT empty, or choose {own}.</source>
        <translation>{name} 已注明流量单位 {own}。请将 FLOW_UNIT 留空，或选择 {own}。</translation>
    </message>
    <message>
        <source>Add code</source>
        <translation>添加代码</translation>
    </message>
    <message>
        <source>Adds a code of your own to a value list of the network. Forms offer it, rows keep it, and files can be adopted with it. Checks, rates and styles read it as the code it is based on; without one as “other” or “unknown”. This is a batch; undoing it removes the code, unless rows have it.</source>
        <translation>为管网的值列表添加自定义代码。表单中可选，记录中原样保存，数据入库也可使用。检查、故障率和样式按其归入的代码处理，未归入的按“其他”或“不明”处理。该操作为一个批次，撤销即删除该代码；已有记录使用时不予撤销。</translation>
    </message>
    <message>
        <source>Value list</source>
        <translation>值列表</translation>
    </message>
    <message>
        <source>One of:</source>
        <translation>可选：</translation>
    </message>
    <message>
        <source>The new code: lower-case letters, digits and underscores, such as k9_iron.</source>
        <translation>新代码：小写字母、数字和下划线，例如 k9_iron。</translation>
    </message>
    <message>
        <source>What forms call the code in English. Empty: the code.</source>
        <translation>表单中的英文名称；留空则用代码本身。</translation>
    </message>
    <message>
        <source>Chinese label</source>
        <translation>中文名称</translation>
    </message>
    <message>
        <source>What forms call the code in Chinese. Empty: the English label.</source>
        <translation>表单中的中文名称；留空则用英文名称。</translation>
    </message>
    <message>
        <source>Counts as</source>
        <translation>归入代码</translation>
    </message>
    <message>
        <source>The code of WaterNet&apos;s own that it is based on, such as ductile_iron. May stay empty.</source>
        <translation>归入的 WaterNet 代码，例如 ductile_iron；可留空。</translation>
    </message>
    <message>
        <source>Add field</source>
        <translation>添加字段</translation>
    </message>
    <message>
        <source>Name of a table, such as pipe, node or customer.</source>
        <translation>表名，例如 pipe、node、customer。</translation>
    </message>
    <message>
        <source>Name of the new field: lower-case letters, digits and underscores, such as contract_no.</source>
        <translation>新字段名：小写字母、数字和下划线，例如 contract_no。</translation>
    </message>
    <message>
        <source>Type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>text, integer, real, date or boolean (yes, no or unknown).</source>
        <translation>text（文本）、integer（整数）、real（小数）、date（日期）或 boolean（是、否、不明）。</translation>
    </message>
    <message>
        <source>What the form calls the field in English. Empty: its name.</source>
        <translation>表单中的英文名称；留空则用字段名。</translation>
    </message>
    <message>
        <source>What the form calls the field in Chinese. Empty: the English label.</source>
        <translation>表单中的中文名称；留空则用英文名称。</translation>
    </message>
    <message>
        <source>Shown behind the label, such as m or kPa.</source>
        <translation>显示在名称之后，例如 m、kPa。</translation>
    </message>
    <message>
        <source>Personal data</source>
        <translation>个人信息</translation>
    </message>
    <message>
        <source>Fields of the layer {layer} were renamed or removed since editing began. Undo that, then save again; fields can be added, but not renamed or removed.</source>
        <translation>开始编辑以来，图层“{layer}”的字段被改名或删除。请撤回后再保存；字段可以添加，不能改名或删除。</translation>
    </message>
    <message>
        <source>The code {code}… is too long: codes have up to {most} characters.</source>
        <translation>代码 {code}… 过长：最多 {most} 个字符。</translation>
    </message>
    <message>
        <source>There is no value list {domain}. Choose one of: {known}.</source>
        <translation>没有值列表 {domain}。请选择：{known}。</translation>
    </message>
    <message>
        <source>There is no type {name}. Choose one of: {known}.</source>
        <translation>没有类型 {name}。请选择：{known}。</translation>
    </message>
    <message>
        <source>What scripts and files call the field. It can&apos;t be changed afterwards.</source>
        <translation>脚本和文件中的字段名，之后不能更改。</translation>
    </message>
    <message>
        <source>Personal data, such as names</source>
        <translation>个人信息，如姓名</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
    <message>
        <source>Save or discard the edits of the network&apos;s layers first, then add the field.</source>
        <translation>请先保存或放弃管网图层的编辑，再添加字段。</translation>
    </message>
    <message>
        <source>Add field…</source>
        <translation>添加字段…</translation>
    </message>
    <message>
        <source>Add code…</source>
        <translation>添加代码…</translation>
    </message>
    <message>
        <source>This version of QGIS can&apos;t remove the field {field} of {table}. Leave it empty, or use a newer QGIS.</source>
        <translation>此版本 QGIS 不能删除{table}的字段 {field}。请将其留空，或使用较新的 QGIS。</translation>
    </message>
    <message>
        <source>The value list {domain} now has the code {code} (batch {batch}).</source>
        <translation>值列表 {domain} 已添加代码 {code}（批次 {batch}）。</translation>
    </message>
    <message>
        <source>Adds a field of your own to a table of the network. It works like the other fields: it is in the form, its changes are logged and can be undone, splitting and merging carry it along, and it can be adopted and exported. This is a batch; undoing it removes the field, unless it has values.</source>
        <translation>为管网的某张表添加自定义字段。它与其他字段一样：显示在表单中，改动记入日志并可撤销，分割、合并时随管段保留，可入库、可导出。该操作为一个批次，撤销即删除该字段；字段已有数值时不予撤销。</translation>
    </message>
    <message>
        <source>The table “{table}” now has the field {name} (batch {batch}).</source>
        <translation>“{table}”表已添加字段 {name}（批次 {batch}）。</translation>
    </message>
    <message>
        <source>The new field {field} of the layer {layer} has a type that the network can&apos;t store. Choose one of: {types}.</source>
        <translation>图层“{layer}”的新字段 {field} 的类型无法存入管网。请选择：{types}。</translation>
    </message>
    <message>
        <source>“{code}” can't be a code: it must begin with a letter and have only lower-case letters, digits and underscores.</source>
        <translation>“{code}”不能作为代码：须以字母开头，只含小写字母、数字和下划线。</translation>
    </message>
    <message>
        <source>BASE: the value list {domain} has no code {base}. Choose one of: {known}.</source>
        <translation>BASE：值列表 {domain} 中没有代码 {base}。请选择：{known}。</translation>
    </message>
    <message>
        <source>“{text}” can't be a label: use at most {most} characters and no line breaks.</source>
        <translation>“{text}”不能作为名称：最多 {most} 个字符，不含换行。</translation>
    </message>
    <message>
        <source>The value list {domain} can&apos;t be extended, since WaterNet&apos;s own work depends on it. Choose one of: {known}.</source>
        <translation>值列表 {domain} 不能添加代码，因为 WaterNet 的处理依赖它。请选择：{known}。</translation>
    </message>
    <message>
        <source>“{word}” is already in the value list {domain}: it is the code {code}. Use that code, or another word.</source>
        <translation>值列表 {domain} 中已有“{word}”，即代码 {code}。请使用该代码，或换一个词。</translation>
    </message>
    <message>
        <source>The name {name} is reserved in the table “{table}”. Choose another name.</source>
        <translation>“{table}”表中 {name} 为保留名。请换一个名称。</translation>
    </message>
    <message>
        <source>The table “{table}” already has a field {name}. Choose another name.</source>
        <translation>“{table}”表已有字段 {name}。请换一个名称。</translation>
    </message>
    <message>
        <source>Fields can't be added to a table “{name}”. Choose one of: {known}.</source>
        <translation>不能为表“{name}”添加字段。请选择：{known}。</translation>
    </message>
    <message>
        <source>“{name}” can't be the name of a field: it must begin with a letter and have only lower-case letters, digits and underscores, at most {most}.</source>
        <translation>“{name}”不能作为字段名：须以字母开头，只含小写字母、数字和下划线，最多 {most} 个字符。</translation>
    </message>
    <message>
        <source>{table}: the field {name} is now in the form, on the page “Own fields”.</source>
        <translation>{table}：字段 {name} 已显示在表单的“自定义字段”页。</translation>
    </message>
    <message>
        <source>own fields and own codes</source>
        <translation>自定义字段与自定义代码</translation>
    </message>
    <message numerus="yes">
        <source>The code {code} is used as {field} in %n row(s) of {table}. Undo those changes first, or give the rows another code.</source>
        <translation>
            <numerusform>{table}中有 %n 条记录的{field}为代码 {code}。请先撤销这些改动，或改用其他代码。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The field {field} of {table} has values in %n row(s), which would be lost. Undo those changes first, or empty the field.</source>
        <translation>
            <numerusform>{table}的字段 {field} 在 %n 条记录中有数值，撤销会丢失。请先撤销这些改动，或清空该字段。</numerusform>
        </translation>
    </message>
    <message>
        <source>Fields added by another program now belong to the network ({names}); values entered in them before are not in the change log.</source>
        <translation>其他程序添加的字段现已纳入管网（{names}）；此前填入的数值不在变更日志中。</translation>
    </message>
    <message>
        <source>Columns added by another program can&apos;t be fields because of their name or type ({names}): they stay as they are, but changes to them are not logged, undone or exported.</source>
        <translation>其他程序添加的列因名称或类型不能作为字段（{names}）：保持原样，但其改动不记日志、不能撤销、不导出。</translation>
    </message>
    <message>
        <source>Left out by its code</source>
        <translation>按代码略过</translation>
    </message>
    <message numerus="yes">
        <source>{error} If these points were measured again, run with PURPOSE=recheck. Errors: %n.</source>
        <translation>
            <numerusform>{error} 如为重新测量的点，请以 PURPOSE=recheck 运行。错误 %n 处。</numerusform>
        </translation>
    </message>
    <message>
        <source>The photo {name} lies in several folders: {folders}. Name its folder, too.</source>
        <translation>照片 {name} 在多个文件夹中都有：{folders}。请同时写明文件夹。</translation>
    </message>
    <message>
        <source>The encoding of {file} can&apos;t be determined. Choose it, or give it in the mapping, for example {example}.</source>
        <translation>无法判定 {file} 的编码。请选择编码，或在映射中给出，例如 {example}。</translation>
    </message>
    <message>
        <source>{where} has raw measurements without coordinates. Export the coordinates of the points.</source>
        <translation>{where} 为未计算坐标的原始观测值。请导出测点坐标。</translation>
    </message>
    <message>
        <source>{file}: some characters of the column {column} can&apos;t be read. Choose the encoding, or give it in the mapping, for example {example}.</source>
        <translation>{file}：列 {column} 中有字符无法读取。请选择编码，或在映射中给出，例如 {example}。</translation>
    </message>
    <message>
        <source>{file} is not text in the encoding {encoding}. Choose another one.</source>
        <translation>{file} 不是 {encoding} 编码的文本。请选择其他编码。</translation>
    </message>
    <message>
        <source>Its lines are the pipes of {name} once more, so they are left out. Tick it to take them.</source>
        <translation>其中的线与 {name} 的管段重复，因此未勾选；如需导入，请勾选。</translation>
    </message>
    <message>
        <source>No column of this sheet is known, so it is left out. Tick it to take it.</source>
        <translation>此工作表中没有可识别的列，因此未勾选；如需导入，请勾选。</translation>
    </message>
    <message>
        <source>Turns the rows of a layer or table from another source into rows of the network, by a mapping of its columns and codes. A dry run without a mapping guesses one. Rows that can&apos;t be adopted are rejected with the reason; correct them and adopt them again. Columns of start and end stay with the ids of the nodes: a line drawn against them is turned. Columns headed upstream and downstream also give the flow of drains. MODE update compares rows whose ids are there and writes what differs; nothing is deleted, and what people set since the last delivery stays.</source>
        <translation>按列和代码的映射，将外部图层或表的各行写入管网。不带映射试运行时自动推测映射。不能入库的行注明原因后拒收，修正后可再次入库。起点、终点的列随节点编号而定，绘制方向与编号相反的管线会反转图形。标题为上游、下游的列还给出排水管流向。MODE 为 update 时，对编号已存在的行逐项比对并写入差异；不删除任何内容，上次交付后人工改动的值保持不变。</translation>
    </message>
    <message>
        <source>Rows whose ids are there</source>
        <translation>编号已存在的行</translation>
    </message>
    <message>
        <source>insert: rejected; update: changed where they differ, new rows rejected; both: changed, new rows added.</source>
        <translation>insert：拒收；update：有差异则更新，新增行拒收；both：有差异则更新，并添加新增行。</translation>
    </message>
    <message>
        <source>Reject them, add new rows</source>
        <translation>拒收，只添加新增行</translation>
    </message>
    <message>
        <source>Update them, reject new rows</source>
        <translation>更新，拒收新增行</translation>
    </message>
    <message>
        <source>Update them, add new rows</source>
        <translation>更新，并添加新增行</translation>
    </message>
    <message>
        <source>Values that people set since</source>
        <translation>交付后人工改动的值</translation>
    </message>
    <message>
        <source>Of an update: keep them as they are, or take those of the file.</source>
        <translation>用于更新：保持原值，或采用文件中的值。</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保持原值</translation>
    </message>
    <message>
        <source>Take those of the file</source>
        <translation>采用文件中的值</translation>
    </message>
    <message>
        <source>Empty cells empty fields</source>
        <translation>空单元格清空字段</translation>
    </message>
    <message>
        <source>Of an update; otherwise they change nothing.</source>
        <translation>用于更新；不选时空单元格不改动任何内容。</translation>
    </message>
    <message>
        <source>Take moved geometry</source>
        <translation>采用位置有变的图形</translation>
    </message>
    <message>
        <source>Of an update; otherwise it is only listed.</source>
        <translation>用于更新；不选时只列出。</translation>
    </message>
    <message>
        <source>Of an update: asset, field, before, after, state (changed, cleared, moved, conflict, new, gone).</source>
        <translation>用于更新：asset（设施）、field（字段）、before（更新前）、after（更新后）、state（状态：changed、cleared、moved、conflict、new、gone）。</translation>
    </message>
    <message>
        <source>Rows that change the network</source>
        <translation>使管网有变化的行数</translation>
    </message>
    <message>
        <source>Rows that are the same in the network</source>
        <translation>与管网一致的行数</translation>
    </message>
    <message>
        <source>New rows</source>
        <translation>新增行数</translation>
    </message>
    <message>
        <source>Rows that stay as people set them</source>
        <translation>保持人工改动的行数</translation>
    </message>
    <message>
        <source>Assets that the file lacks</source>
        <translation>文件中没有的设施数</translation>
    </message>
    <message>
        <source>Lists everything that was written to the network, newest first: what it was, by whom and when, how many rows it affected, by which batch it was undone, how many rows were left, and of an adoption or update the file with its SHA-256.</source>
        <translation>列出对管网的每次写入，最近的在前：内容、人员、时间、涉及行数，由哪个批次撤销，未撤销的行数，以及入库或更新所用的文件及其 SHA-256。</translation>
    </message>
    <message>
        <source>The network has this row already, as {id}: same date, kind, and pipe or place.</source>
        <translation>管网中已有此行（{id}）：日期、类型相同，且管段或位置相同。</translation>
    </message>
    <message>
        <source>{n} of {rows} are there already: same date, kind, and pipe or place as rows of the network. To add them all the same, set “repeats” to “take” in the mapping.</source>
        <translation>{rows} 行中有 {n} 行管网中已有：日期、类型相同，且管段或位置相同。如仍要添加，请在映射中将 “repeats” 设为 “take”。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s) have parts that do not touch, of pipes that are one line: the line stays.</source>
        <translation>
            <numerusform>%n 行的各部分互不相接，而对应管段是一条线：线形保持不变。</numerusform>
        </translation>
    </message>
    <message>
        <source>{id} is {now} in the network now, which row {row} of the file means too.</source>
        <translation>{id} 在管网中现为 {now}，文件第 {row} 行也指向它。</translation>
    </message>
    <message>
        <source>Comparing with the network</source>
        <translation>正在与管网比对</translation>
    </message>
    <message>
        <source>Readings need no update: those that are there already are left out. Use MODE insert.</source>
        <translation>监测数据无需更新：已有的数值会自动略过。请使用 MODE insert。</translation>
    </message>
    <message>
        <source>An update recognises rows by their ids. Give the column of “{field}” in “fields”.</source>
        <translation>更新按编号识别各行。请在 “fields” 中给出 “{field}” 的列。</translation>
    </message>
    <message>
        <source>Another layer of this run also has {id}. Take it from one of them.</source>
        <translation>本次的另一个图层也有 {id}。请只取其中一个。</translation>
    </message>
    <message>
        <source>The network has no {id}. Correct the id, or add new rows too.</source>
        <translation>管网中没有 {id}。请更正编号，或同时添加新增行。</translation>
    </message>
    <message>
        <source>The row has no id, by which an update recognises it.</source>
        <translation>该行没有编号，更新时无法识别。</translation>
    </message>
    <message numerus="yes">
        <source>%n of the new rows were deleted in the network: {ids}.</source>
        <translation>
            <numerusform>新增行中有 %n 行曾在管网中被删除：{ids}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Filled in for new rows only, since the file has no column: {fields}.</source>
        <translation>文件中没有对应的列，仅为新增行填写：{fields}。</translation>
    </message>
    <message>
        <source>an id that the network does not have</source>
        <translation>管网中没有的编号</translation>
    </message>
    <message>
        <source>an asset that another row of the file means too</source>
        <translation>文件另一行也指向的设施</translation>
    </message>
    <message>
        <source>changed</source>
        <comment>state of an update</comment>
        <translation>已变更</translation>
    </message>
    <message>
        <source>emptied</source>
        <comment>state of an update</comment>
        <translation>已清空</translation>
    </message>
    <message>
        <source>moved</source>
        <comment>state of an update</comment>
        <translation>位置有变</translation>
    </message>
    <message>
        <source>new</source>
        <comment>state of an update</comment>
        <translation>新增</translation>
    </message>
    <message>
        <source>not in the file</source>
        <comment>state of an update</comment>
        <translation>文件中没有</translation>
    </message>
    <message>
        <source>{m} m away</source>
        <translation>相距 {m} m</translation>
    </message>
    <message>
        <source>Dry run of an update</source>
        <translation>更新试运行报告</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>数据更新报告</translation>
    </message>
    <message>
        <source>Of {rows_in} rows, {changed} would change rows of the network, {same} are the same there, {new} are new, {conflict} stay as people set them, {rejected} are rejected ({table}).</source>
        <translation>共 {rows_in} 行：{changed} 行将更新管网，{same} 行与管网一致，{new} 行为新增，{conflict} 行保持人工改动，{rejected} 行拒收（{table}）。</translation>
    </message>
    <message>
        <source>Of {rows_in} rows, {changed} changed rows of the network, {same} are the same there, {new} are new, {conflict} stay as people set them, {rejected} were rejected ({table}).</source>
        <translation>共 {rows_in} 行：{changed} 行更新了管网，{same} 行与管网一致，{new} 行为新增，{conflict} 行保持人工改动，{rejected} 行拒收（{table}）。</translation>
    </message>
    <message numerus="yes">
        <source>%n value(s) differ from the file but were set by people since the last delivery: they stay.</source>
        <translation>
            <numerusform>%n 个值与文件不同，但在上次交付后经人工改动：保持原值。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n asset(s) lie elsewhere in the file: their geometry is taken.</source>
        <translation>
            <numerusform>%n 个设施在文件中的位置不同：采用文件中的图形。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n asset(s) lie elsewhere in the file: their geometry stays.</source>
        <translation>
            <numerusform>%n 个设施在文件中的位置不同：图形保持不变。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n asset(s) of the network are not in the file; none is deleted.</source>
        <translation>
            <numerusform>管网中有 %n 个设施不在文件中；均不删除。</numerusform>
        </translation>
    </message>
    <message>
        <source>There is nothing to write.</source>
        <translation>没有需要写入的内容。</translation>
    </message>
    <message>
        <source>The first {n} of {all} lines; the output OUTPUT_CHANGES has all of them.</source>
        <translation>共 {all} 行，此处为前 {n} 行；全部见输出 OUTPUT_CHANGES。</translation>
    </message>
    <message>
        <source>The network has all of this already; {rejected} rejected</source>
        <translation>管网中已全部具备；拒收 {rejected} 行</translation>
    </message>
    <message>
        <source>The update was undone: {rows} rows are as they were.</source>
        <translation>已撤销更新：{rows} 行恢复原状。</translation>
    </message>
    <message>
        <source>These rows came before: “Next” shows what changes in the network.</source>
        <translation>这些行以前入过库：单击“下一步”查看管网将有哪些变更。</translation>
    </message>
    <message>
        <source>Update</source>
        <comment>button</comment>
        <translation>更新</translation>
    </message>
    <message>
        <source>Take the file&apos;s values over those that people set</source>
        <translation>以文件中的值覆盖人工改动</translation>
    </message>
    <message>
        <source>Rows of the file: {changed} changed, {same} the same, {new} new, {conflict} left as people set them. Not in the file: {gone}; nothing is deleted.</source>
        <translation>文件各行：变更 {changed}，一致 {same}，新增 {new}，保持人工改动 {conflict}。文件中没有的设施：{gone}，均不删除。</translation>
    </message>
    <message>
        <source>All changes ({n})</source>
        <translation>全部变更（{n}）</translation>
    </message>
    <message>
        <source>Undo the update</source>
        <translation>撤销更新</translation>
    </message>
    <message>
        <source>Updated {name}.</source>
        <translation>已更新 {name}。</translation>
    </message>
    <message>
        <source>There is nothing to write: {name} has all of this already.</source>
        <translation>没有需要写入的内容：{name} 中已全部具备。</translation>
    </message>
    <message>
        <source>Nothing has been written yet. “Update” writes these changes to {name}.</source>
        <translation>尚未写入任何内容。单击“更新”将这些变更写入 {name}。</translation>
    </message>
    <message>
        <source>{n} of {rows} are there already.</source>
        <translation>{rows} 行中有 {n} 行已存在。</translation>
    </message>
    <message>
        <source>Add them all the same</source>
        <translation>仍然添加</translation>
    </message>
    <message>
        <source>{name}: rows of the network were changed after the list of changes was made. Nothing was written; look at the new list.</source>
        <translation>{name}：变更列表生成后，管网中有行被改动。未写入任何内容；请查看新的列表。</translation>
    </message>
    <message>
        <source>Before</source>
        <comment>list of changes</comment>
        <translation>更新前</translation>
    </message>
    <message>
        <source>After</source>
        <comment>list of changes</comment>
        <translation>更新后</translation>
    </message>
    <message>
        <source>{changed} rows changed, {new} new, {rejected} rejected</source>
        <translation>变更 {changed} 行，新增 {new} 行，拒收 {rejected} 行</translation>
    </message>
    <message>
        <source>set by people</source>
        <comment>state of an update</comment>
        <translation>人工改动</translation>
    </message>
    <message>
        <source>Update; add new rows</source>
        <translation>更新，并添加新增行</translation>
    </message>
    <message>
        <source>Update; reject new rows</source>
        <translation>更新，拒收新增行</translation>
    </message>
    <message>
        <source>Add new rows only</source>
        <translation>只添加新增行</translation>
    </message>
    <message>
        <source>The code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>means</source>
        <comment>a code means</comment>
        <translation>含义为</translation>
    </message>
    <message>
        <source>choose</source>
        <translation>请选择</translation>
    </message>
    <message>
        <source>no point of a pipe: leave out</source>
        <translation>非管线点，略过</translation>
    </message>
    <message>
        <source>Flow unit, which the model does not give</source>
        <translation>模型未注明的流量单位</translation>
    </message>
    <message>
        <source>{unit}: metres, millimetres</source>
        <translation>{unit}：米、毫米</translation>
    </message>
    <message>
        <source>{unit}: feet, inches</source>
        <translation>{unit}：英尺、英寸</translation>
    </message>
    <message>
        <source>The model gives no flow unit; with {unit} its diameters become {low} to {high} mm.</source>
        <translation>模型未注明流量单位；按 {unit}，管径为 {low} 至 {high} mm。</translation>
    </message>
    <message>
        <source>English label</source>
        <translation>英文名称</translation>
    </message>
    <message>
        <source>Field name</source>
        <translation>字段名</translation>
    </message>
    <message>
        <source>such as m or kPa</source>
        <translation>例如 m、kPa</translation>
    </message>
    <message>
        <source>below zero among others: above the ground</source>
        <translation>个别为负：按高出地面采用</translation>
    </message>
    <message>
        <source>They are above the ground</source>
        <translation>位于地面以上</translation>
    </message>
    <message>
        <source>They are below the ground: drop the sign</source>
        <translation>位于地面以下：去掉负号</translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) are below zero among others ({examples}).</source>
        <translation>
            <numerusform>{field}：其余为正值，有 %n 个为负（{examples}）。</numerusform>
        </translation>
    </message>
    <message>
        <source>They are taken as written.</source>
        <translation>已按原值采用。</translation>
    </message>
    <message>
        <source>They are taken as not known.</source>
        <translation>已作为不明处理。</translation>
    </message>
    <message>
        <source>They are taken as above the ground.</source>
        <translation>已作为露出地面处理。</translation>
    </message>
    <message>
        <source>“signs” says what depths below zero are; the field {name} is not a depth.</source>
        <translation>“signs”说明负的埋深如何处理；字段 {name} 不是埋深。</translation>
    </message>
    <message>
        <source>“signs” of {name} must be one of {known}.</source>
        <translation>{name} 的“signs”须为以下之一：{known}。</translation>
    </message>
    <message>
        <source>in the network already: same date, kind, and pipe or place, or the same line</source>
        <translation>管网中已有：日期、类型以及管段或位置相同，或线相同</translation>
    </message>
    <message>
        <source>outside diameter × wall of a steel tube: its nominal diameter, the rest in the note</source>
        <translation>钢管外径×壁厚：取公称直径，原文写入备注</translation>
    </message>
    <message>
        <source>The workbook counts its days from 1904, and they are read that way. If they are four years late, they were copied from another workbook: correct them there.</source>
        <translation>该工作簿的日期从 1904 年起算，已按此读取。若日期晚了四年，则是从其他工作簿复制而来，请在该文件中改正。</translation>
    </message>
    <message numerus="yes">
        <source>%n small circle(s) of the drawing are taken as points, though no line ends there and their like does not repeat.</source>
        <translation>
            <numerusform>图纸中有 %n 个小圆作为点处理，但没有线在此终止，也没有同样的圆重复出现，请核实。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n large circle(s) of the drawing repeat with one radius and are taken as areas; they may be point symbols.</source>
        <translation>
            <numerusform>图纸中有 %n 个半径相同的大圆作为面处理，也可能是点符号，请核实。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reports for each district metered area (DMA) whether it is proven closed: connected inside, every crossing of its boundary metered or closed, fed by a source. Valves of unknown state are taken as closed and as open; if an area is valid only when they are closed, it is not provable, and the valves to look at are named. Where the Python package networkx is installed, it proves each area a second time; where the two proofs differ, the area is not provable. Pressures are not checked.</source>
        <translation>判定每个独立计量区（DMA）是否已证明封闭：区内连通，边界连通处均已计量或关闭，且有水源。启闭状态不明的阀门按关闭和开启各算一次；仅按关闭才有效的，结论为无法证明，并列出需现场查看的阀门。装有 Python 包 networkx 时，再由它对各计量区证明一次；两次证明不一致的分区为无法证明。不核算压力。</translation>
    </message>
    <message>
        <source>Confirmed by a second proof</source>
        <translation>经第二次证明一致</translation>
    </message>
    <message>
        <source>Plans the night in which a zone is cut off and drained to prove that it is closed: boundary valves in walking order, inlets last, tanks inside, gauges, draining points, reopening; and the customers without water with all valves shut. A zone that is still open gets a warning that names the crossings. Where the Python package networkx is installed, its boundary is proven a second time by it. Nothing is written to the network.</source>
        <translation>编制夜间切断分区并泄水的方案，以验证分区是否封闭：边界阀按巡走顺序，进水口最后，以及区内池箱、压力表、泄水点、恢复供水；并列出全部阀门关闭时停水的用户。分区尚未封闭时给出警告，指明连通位置。装有 Python 包 networkx 时，边界再由它独立证明一次。不写入管网。</translation>
    </message>
    <message>
        <source>Not confirmed by a second proof: the Python package networkx is not installed (WaterNet &gt; Required Python packages…).</source>
        <translation>未经第二次证明：未安装 Python 包 networkx（WaterNet &gt; 所需 Python 包…）。</translation>
    </message>
    <message numerus="yes">
        <source>Confirmed by NetworkX {version}: {confirmed} of %n area(s).</source>
        <translation>
            <numerusform>经 NetworkX {version} 验证：%n 个分区中 {confirmed} 个一致。</numerusform>
        </translation>
    </message>
    <message>
        <source>NetworkX {version}: {answer}; closed valves towards other areas: {valves}, pipes inside without an alternative way: {bridges}.</source>
        <translation>NetworkX {version}：{answer}；通向其他分区的关闭阀门：{valves} 个，区内无备用路径的管段：{bridges} 条。</translation>
    </message>
    <message>
        <source>Proving the metered areas by NetworkX</source>
        <translation>用 NetworkX 证明计量区</translation>
    </message>
    <message>
        <source>at {node}</source>
        <translation>{node} 处</translation>
    </message>
    <message>
        <source>{verdict} (parts: {parts}, open crossings: {crossings}, valves of unknown state: {unknown}, unmetered way: {way}, supplied: {fed}, parts outside cut off: {cut})</source>
        <translation>{verdict}（连通片数：{parts}，未计量连通：{crossings}，状态不明阀门：{unknown}，未计量进水路径：{way}，有供水：{fed}，区外断水片数：{cut}）</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>两次证明一致</translation>
    </message>
    <message>
        <source>reads files faster</source>
        <translation>加快文件读取</translation>
    </message>
    <message>
        <source>plots</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>second proof of metered areas</source>
        <translation>计量区的第二次证明</translation>
    </message>
    <message>
        <source>scripts without QGIS</source>
        <translation>不启动 QGIS 的脚本</translation>
    </message>
    <message>
        <source>{state} ({purpose})</source>
        <translation>{state}（{purpose}）</translation>
    </message>
    <message>
        <source>The Python package networkx is not installed. Type: {command}</source>
        <translation>未安装 Python 包 networkx。请输入：{command}</translation>
    </message>
    <message>
        <source>There is no system {names}. Give some of: {known}.</source>
        <translation>没有 {names} 这种管网系统。可选：{known}。</translation>
    </message>
    <message numerus="yes">
        <source>%n reading(s) named meters by former ids; those in use now were taken: {meters}.</source>
        <translation>
            <numerusform>有 %n 条读数使用了测点的旧编号，已改用现编号：{meters}。</numerusform>
        </translation>
    </message>
    <message>
        <source>customers not recorded</source>
        <translation>未录入用户</translation>
    </message>
    <message>
        <source>ILI is not known: it needs MEAN_PRESSURE, mains, customers and the real losses of the whole network.</source>
        <translation>漏失指数（ILI）无法计算：需要平均压力（MEAN_PRESSURE）、管长、用户数和全网漏失水量。</translation>
    </message>
    <message>
        <source>{customers} customers, {households} households</source>
        <translation>用户 {customers} 个，{households} 户</translation>
    </message>
    <message>
        <source>{users}, {length} m of pipes, {volume} m³; {inlets} inlets, {outlets} outlets.</source>
        <translation>{users}，管长 {length} m，容积 {volume} m³；进水口 {inlets} 个，出水口 {outlets} 个。</translation>
    </message>
    <message>
        <source>users not recorded</source>
        <translation>未录入用户</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) cut off</source>
        <translation>
            <numerusform>%n 条管段断水</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) were former ids; those in use now were taken.</source>
        <translation>
            <numerusform>{field}：有 %n 个值为旧编号，已改用现编号。</numerusform>
        </translation>
    </message>
    <message>
        <source>Dist., m</source>
        <comment>distance, a short heading</comment>
        <translation>距离 m</translation>
    </message>
    <message>
        <source>Whether the field is about people, such as a name or a telephone number: exports and lists of changes leave it out unless they are told to take it. Left open: texts of users are personal, other fields are not.</source>
        <translation>该字段是否为个人信息，如姓名、电话：除非指明要包含，导出和变更列表均不含此类字段。不填时，用户表的文本字段视为个人信息，其他字段不视为个人信息。</translation>
    </message>
    <message>
        <source>With personal data</source>
        <translation>包含个人信息</translation>
    </message>
    <message>
        <source>Whether fields about people are exported too: names of users, and fields of your own that were marked as personal. Without it they are left out, and the notes say which.</source>
        <translation>是否同时导出个人信息字段：用户名称，以及标为个人信息的自定义字段。不包含时会略去这些字段，并在说明中列出。</translation>
    </message>
    <message>
        <source>Whether changes of fields about people are listed too: names of users, and fields of your own that were marked as personal. Without it they are left out and counted.</source>
        <translation>是否同时列出个人信息字段的变更：用户名称，以及标为个人信息的自定义字段。不包含时会略去这些变更，并给出条数。</translation>
    </message>
    <message>
        <source>Personal data was left out: {fields}.</source>
        <translation>已略去个人信息：{fields}。</translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) of personal data are not listed.</source>
        <translation>
            <numerusform>有 %n 条个人信息的变更未列出。</numerusform>
        </translation>
    </message>
    <message>
        <source>A kind of nodes needs BASE, a kind of WaterNet&apos;s own that it counts as, which says whether it shuts pipes off. Choose one of: {known}.</source>
        <translation>自定义设施类型须填写 BASE，即归入的已有类型，由它决定能否关断管线。可选：{known}。</translation>
    </message>
    <message>
        <source>Systems can&apos;t be added: the system says which pipes are joined, how they are drawn and in which sums they count. Use the system they belong to, and tell such pipes apart by a function of your own or by a field of your own (addfield).</source>
        <translation>系统不能添加：系统决定哪些管线相接、如何绘制、计入哪些合计。请使用其所属的系统，并用自定义功能或自定义字段（addfield）加以区分。</translation>
    </message>
    <message>
        <source>Statuses can&apos;t be added: the status says what is in use, and surveys and replacements change it. Use one of the four, and a field of your own (addfield) for the rest.</source>
        <translation>使用状态不能添加：使用状态决定管线是否在用，测量和更换都会改写它。请使用现有四种状态，其余信息用自定义字段（addfield）记录。</translation>
    </message>
    <message>
        <source>With personal data, such as names of users</source>
        <translation>包含个人信息，如用户名称</translation>
    </message>
    <message>
        <source>Names of users, and fields of your own that were marked as personal. Without the tick they are left out, and you are told which.</source>
        <translation>用户名称，以及标为个人信息的自定义字段。不勾选时会略去这些字段，并告知是哪些。</translation>
    </message>
    <message>
        <source>Exports and lists of changes leave it out unless they are told to take it.</source>
        <translation>除非指明要包含，导出和变更列表均不含该字段。</translation>
    </message>
    <message>
        <source>To have it otherwise, put for example {example} into the mapping.</source>
        <translation>如需另作处理，请在映射中写入，例如 {example}。</translation>
    </message>
    <message>
        <source>Accept misconnections</source>
        <translation>接受混接</translation>
    </message>
    <message>
        <source>Accepts findings of findmisconnections that are right as they are, with the reason: they leave the list, and later searches keep that. Where the findings are not stored yet they are stored first, as a batch of their own.</source>
        <translation>接受 findmisconnections 找到的、本来无误的混接并记录理由：从列表中移除，以后的查找保留该决定。尚未保存的先作为单独批次保存。</translation>
    </message>
    <message>
        <source>Ids separated by semicolons: column issue_id of the findings of findmisconnections.</source>
        <translation>编号以分号分隔：findmisconnections 结果的 issue_id 列。</translation>
    </message>
    <message>
        <source>Why they are right as they are.</source>
        <translation>为何本来无误。</translation>
    </message>
    <message>
        <source>Issues, with those that follow from them</source>
        <translation>问题数（含由其引起的）</translation>
    </message>
    <message>
        <source>Adopt a scenario of metered areas</source>
        <translation>采用计量分区方案</translation>
    </message>
    <message>
        <source>Writes a scenario to the network as one batch: pipes get its zones, zones their areas, meters that are there their sides. What has to be done in the street becomes work orders; a valve counts as closed or open once its order is done. Zones that gain or lose pipes have to be checked again. Users who would be left without water are named.</source>
        <translation>将方案作为一个批次写入管网：管段归入方案的分区，分区生成范围面，现有水表写入两侧分区。需要现场实施的生成工单；阀门在工单完成后才按关闭或开启计。管段有增减的分区需重新检查。会停水的用户逐一列出。</translation>
    </message>
    <message>
        <source>Id or name of the scenario, as drawdma or proposedma stored it.</source>
        <translation>方案的编号或名称（由 drawdma 或 proposedma 保存）。</translation>
    </message>
    <message>
        <source>Metered areas made or changed</source>
        <translation>新建或变更的计量分区</translation>
    </message>
    <message>
        <source>Meters whose sides are others now</source>
        <translation>两侧分区有变的水表</translation>
    </message>
    <message>
        <source>Work orders</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Customers without water once the orders are done</source>
        <translation>工单完成后停水的用户数</translation>
    </message>
    <message numerus="yes">
        <source>Adopted: %n pipe(s) have another zone (batch {batch}).</source>
        <translation>
            <numerusform>已采用：%n 条管段改属其他分区（批次 {batch}）。</numerusform>
        </translation>
    </message>
    <message>
        <source>Compare scenarios of metered areas</source>
        <translation>比较计量分区方案</translation>
    </message>
    <message>
        <source>Compares two scenarios, or one with the network as it is: figures of each zone on both sides, pipes that change their zone, devices that only one of them has, costs, and what changed in the network since the scenarios were branched. Nothing is written.</source>
        <translation>比较两个方案，或将方案与现状管网比较：各分区前后的指标、改属其他分区的管段、仅一方有的设备、造价，以及方案建立以来管网的变化。不写入任何数据。</translation>
    </message>
    <message>
        <source>Id or name of a scenario. Empty: the network as it is.</source>
        <translation>方案的编号或名称；留空为现状管网。</translation>
    </message>
    <message>
        <source>Each zone with its figures before and after; those that differ come first.</source>
        <translation>各分区前后的指标，有差异的排在前面。</translation>
    </message>
    <message>
        <source>Pipes that change their zone.</source>
        <translation>改属其他分区的管段。</translation>
    </message>
    <message>
        <source>Meters and valves that only one of both has.</source>
        <translation>仅其中一方有的水表和阀门。</translation>
    </message>
    <message>
        <source>Metered areas that differ</source>
        <translation>有差异的计量分区</translation>
    </message>
    <message>
        <source>Pipes whose area differs</source>
        <translation>分区不同的管段</translation>
    </message>
    <message>
        <source>Their length (m)</source>
        <translation>其长度（m）</translation>
    </message>
    <message>
        <source>Devices that differ</source>
        <translation>不同的设备</translation>
    </message>
    <message>
        <source>Cost of devices before</source>
        <translation>比较前设备造价</translation>
    </message>
    <message>
        <source>Cost of devices after</source>
        <translation>比较后设备造价</translation>
    </message>
    <message>
        <source>Accept or reopen issues</source>
        <translation>接受或重新打开问题</translation>
    </message>
    <message>
        <source>Accepts issues that are right as they are, with the reason, which later checks keep; or opens accepted and fixed issues again. What follows from an issue and is of the same family of rules goes with it. The decision is one batch, which can be undone.</source>
        <translation>接受本来无误的问题并记录理由，以后的检查保留该决定；或重新打开已接受、已修复的问题。由其引起且属同一类规则的问题一并处理。决定作为一个批次写入，可撤销。</translation>
    </message>
    <message>
        <source>Ids of issues, separated by semicolons; checknetwork lists them.</source>
        <translation>问题编号，以分号分隔；由 checknetwork 列出。</translation>
    </message>
    <message>
        <source>Accept the issues, or open them again.</source>
        <translation>接受问题，或重新打开。</translation>
    </message>
    <message>
        <source>Why they are right as they are; needed to accept, left out to reopen.</source>
        <translation>为何本来无误；接受时必填，重新打开时不填。</translation>
    </message>
    <message>
        <source>Clock times as HH:MM-HH:MM, by the clocks of the network (general.time_zone). Empty: as the settings say (leakage.night_window), 02:00-05:00 where nobody changed it.</source>
        <translation>起止时间写作 HH:MM-HH:MM，按管网时区（general.time_zone）。留空按设置（leakage.night_window），未改动时为 02:00-05:00。</translation>
    </message>
    <message>
        <source>Record the flow seen in a drain</source>
        <translation>记录排水管现场流向</translation>
    </message>
    <message>
        <source>Writes the flow of a drain as observed, as one batch. Observed flow is never changed by inferdirection, which takes it as given for the drains around. The line stays as it is drawn.</source>
        <translation>将排水管的流向作为现场观察写入，作为一个批次。inferdirection 不更改观察的流向，并以其推断周围排水管。管线绘制方向不变。</translation>
    </message>
    <message>
        <source>Id of the drain.</source>
        <translation>排水管编号。</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>流向</translation>
    </message>
    <message>
        <source>Along the line as it is drawn, or against it.</source>
        <translation>顺绘制方向，或逆绘制方向。</translation>
    </message>
    <message>
        <source>Give the id of the drain in PIPE.</source>
        <translation>请在 PIPE 中给出排水管编号。</translation>
    </message>
    <message>
        <source>Plan a step test</source>
        <translation>编制逐段关阀试验方案</translation>
    </message>
    <message>
        <source>Lists which valves of a metered area to shut one step after the other in a night, while its meter is read: the steps divide the chance of the leak as evenly as the valves allow, the likeliest first. What feeds all others stays on: the leak is there when it runs on in every step. Nothing is written; recordsteptest records what was shut.</source>
        <translation>列出夜间在读取计量区水表的同时依次关闭哪些阀门：在阀门条件允许下各步均分漏点的可能性，可能性大的在前。为其他部分供水的管段不关：各步漏量都不变时，漏点就在其中。不写入任何数据；关阀情况由 recordsteptest 记录。</translation>
    </message>
    <message>
        <source>Id of the zone; or give ALARM.</source>
        <translation>分区编号；或给出 ALARM。</translation>
    </message>
    <message>
        <source>Most steps</source>
        <translation>最多步数</translation>
    </message>
    <message>
        <source>As many as fit into the night.</source>
        <translation>一夜内可完成的步数。</translation>
    </message>
    <message>
        <source>Each step with the valves to shut, the chance that the leak is shut off, and what is.</source>
        <translation>每一步要关的阀门、漏点被关断的可能性，以及关断的范围。</translation>
    </message>
    <message>
        <source>The pipes that each step shuts off.</source>
        <translation>每一步关断的管段。</translation>
    </message>
    <message>
        <source>Most customers without water in a step</source>
        <translation>单步停水用户数最大值</translation>
    </message>
    <message>
        <source>Record a dig</source>
        <translation>记录开挖结果</translation>
    </message>
    <message>
        <source>Records what was found where a leak was searched, as one batch: the work order is done, a leak becomes a failure on its pipe, which the next assessment counts. Repaired, it ends the alarm where the leaks that were found for it make up enough of its rise.</source>
        <translation>记录探漏开挖的结果，作为一个批次：工单完成，查到的漏点成为所在管段的故障，计入下次评估。修复后，若为该报警查到的漏量足以解释其升高，报警解除。</translation>
    </message>
    <message>
        <source>Id of the work order of type locate, such as W-0001.</source>
        <translation>探漏（locate）工单编号，例如 W-0001。</translation>
    </message>
    <message>
        <source>False: nothing was found there.</source>
        <translation>否：未查到漏点。</translation>
    </message>
    <message>
        <source>Dug on</source>
        <translation>开挖日期</translation>
    </message>
    <message>
        <source>Day of the digging, as YYYY-MM-DD; empty: today.</source>
        <translation>开挖日期，格式 YYYY-MM-DD；留空为今天。</translation>
    </message>
    <message>
        <source>Repaired on</source>
        <translation>修复日期</translation>
    </message>
    <message>
        <source>Day of the repair; empty: not repaired yet.</source>
        <translation>修复日期；留空为尚未修复。</translation>
    </message>
    <message>
        <source>Flow of the leak (m³/h)</source>
        <translation>漏量（m³/h）</translation>
    </message>
    <message>
        <source>Empty: not known.</source>
        <translation>留空为不明。</translation>
    </message>
    <message>
        <source>Distance from the mark (m)</source>
        <translation>与标记点距离（m）</translation>
    </message>
    <message>
        <source>Empty: that of POINT from the work order, where POINT is given.</source>
        <translation>留空时，若给出 POINT，取其与工单点的距离。</translation>
    </message>
    <message>
        <source>Where the leak was, as x,y in the network's coordinates, or x,y [EPSG:…]; empty: the mark.</source>
        <translation>漏点位置，按管网坐标写作 x,y，或 x,y [EPSG:…]；留空为标记点。</translation>
    </message>
    <message>
        <source>Id of the pipe that leaked; empty: that of the work order.</source>
        <translation>漏水管段编号；留空为工单的管段。</translation>
    </message>
    <message>
        <source>How the leak was located; empty: as the work order says.</source>
        <translation>查到漏点的方法；留空按工单。</translation>
    </message>
    <message>
        <source>Kind of failure</source>
        <translation>故障类型</translation>
    </message>
    <message>
        <source>What leaked.</source>
        <translation>漏水的部位。</translation>
    </message>
    <message>
        <source>Kept with the failure; may be empty.</source>
        <translation>随故障保存，可留空。</translation>
    </message>
    <message>
        <source>Kept with the work order and the failure; may be empty.</source>
        <translation>随工单和故障保存，可留空。</translation>
    </message>
    <message>
        <source>Failure</source>
        <translation>故障</translation>
    </message>
    <message>
        <source>Alarm that ended</source>
        <translation>已解除的报警</translation>
    </message>
    <message>
        <source>Record a step test</source>
        <translation>记录逐段关阀试验</translation>
    </message>
    <message>
        <source>Records which valves of a metered area were shut when, as readings valve_open (0 shut, 1 open) in one batch; narrowleak ranks the pipes by them and by the flow of the zone&apos;s meters, whose readings have to be there already.</source>
        <translation>将计量区阀门的关闭时段作为监测数据 valve_open（0 关，1 开）写入一个批次；narrowleak 据此和分区水表流量对管段排序，水表读数须已入库。</translation>
    </message>
    <message>
        <source>Id of the zone.</source>
        <translation>分区编号。</translation>
    </message>
    <message>
        <source>Each step with its day, times and valves, separated by semicolons, such as 2026-03-12 01:30-02:00 FM-0012, FM-0015; by the clocks of the network (general.time_zone).</source>
        <translation>每一步的日期、起止时间和阀门，各步以分号分隔，例如 2026-03-12 01:30-02:00 FM-0012, FM-0015；按管网时区（general.time_zone）。</translation>
    </message>
    <message>
        <source>Write work orders</source>
        <translation>开具工单</translation>
    </message>
    <message>
        <source>Ids of pipes, separated by semicolons.</source>
        <translation>管段编号，以分号分隔。</translation>
    </message>
    <message>
        <source>Id of the alarm that suspects the pipes; empty: a search without.</source>
        <translation>怀疑这些管段的报警编号；留空为无报警的探漏。</translation>
    </message>
    <message>
        <source>How the leak is to be located; empty: not chosen yet.</source>
        <translation>探漏方法；留空为尚未选定。</translation>
    </message>
    <message>
        <source>Opened on</source>
        <translation>开具日期</translation>
    </message>
    <message>
        <source>Day of the orders, as YYYY-MM-DD; empty: today.</source>
        <translation>开具日期，格式 YYYY-MM-DD；留空为今天。</translation>
    </message>
    <message>
        <source>No valve that can be closed was found within {reach} m of these meters: {meters}. Look for one on site, or the inlet can&apos;t be shut.</source>
        <translation>在这些水表 {reach} m 范围内未找到可关闭的阀门：{meters}。请现场查找，否则进水口无法关断。</translation>
    </message>
    <message>
        <source>Mains from DN {dn} on: {density} km for each 10,000 m³ a year</source>
        <translation>DN{dn} 及以上管道：每万 m³ 年供水量 {density} km</translation>
    </message>
    <message>
        <source>{file}, sheet {sheet}: there are too many cells. Delete what is not part of the table.</source>
        <translation>{file}，工作表 {sheet}：单元格过多。请删除表格以外的内容。</translation>
    </message>
    <message>
        <source>Plan a step test…</source>
        <translation>编制逐段关阀试验方案…</translation>
    </message>
    <message>
        <source>Record a step test…</source>
        <translation>记录逐段关阀试验…</translation>
    </message>
    <message>
        <source>Step test</source>
        <translation>逐段关阀</translation>
    </message>
    <message>
        <source>Valves that are shut one after the other at night: which ones, and what was shut when</source>
        <translation>夜间依次关闭的阀门：关哪些，以及何时关闭</translation>
    </message>
    <message>
        <source>There is no misconnection {ids} in this network any more. Look for them again.</source>
        <translation>本管网已没有混接 {ids}。请重新查找。</translation>
    </message>
    <message>
        <source>There is no issue {ids} in this network. Check it first, or correct the ids.</source>
        <translation>本管网没有问题 {ids}。请先检查管网，或更正编号。</translation>
    </message>
    <message>
        <source>There is no scenario “{scenario}”: this network has none. Leave it out, or draw one first.</source>
        <translation>没有方案“{scenario}”：本管网没有任何方案。请留空，或先绘制方案。</translation>
    </message>
    <message>
        <source>Rows are hidden in the workbook and read: {rows}</source>
        <translation>工作簿中隐藏的行已读取：{rows}</translation>
    </message>
    <message>
        <source>The text of merged cells counts for all of their rows: {cells}</source>
        <translation>合并单元格的内容计入其所有行：{cells}</translation>
    </message>
    <message>
        <source>A JSON file or the JSON text: preset, tables, values, id_prefix, encoding, decisions. May be empty.</source>
        <translation>JSON 文件或 JSON 文本：preset、tables、values、id_prefix、encoding、decisions；可留空。</translation>
    </message>
    <message>
        <source>A JSON file or the JSON text: answers to what a dry run leaves open, for all files or under “files” for single ones; level_columns names the field of a column of levels, or leave_out; sheets names sheets that are left out because nobody knows what they hold; again imports known files once more; take says what of a recheck is taken; work_area, work_from and work_to say where and when was surveyed.</source>
        <translation>JSON 文件或 JSON 文本：对试运行中待定事项的答复，可对全部文件给出，也可在“files”下按文件给出；level_columns 指定高程或埋深列的字段，或填 leave_out；sheets 列出因内容不明而略过的工作表；again 允许再次导入已导入的文件；take 指定复核中采用哪些新值；work_area、work_from、work_to 说明测量的范围与日期。</translation>
    </message>
    <message>
        <source>Where lines come from where the files have points. Lines that are made of points take what their points agree in, such as material and size.</source>
        <translation>文件给出测点时管线从何而来。由测点连成的线采用各点一致的值，如材质、管径。</translation>
    </message>
    <message>
        <source>DECISIONS, {file}: give “sheets” as in this example: {example}</source>
        <translation>DECISIONS，{file}：“sheets”请按此例填写：{example}</translation>
    </message>
    <message>
        <source>{sheet}: {what}</source>
        <comment>a sheet, and what becomes of it</comment>
        <translation>{sheet}：{what}</translation>
    </message>
    <message>
        <source>Its sheet or layer is left out</source>
        <translation>所在工作表或图层未采用</translation>
    </message>
    <message>
        <source>{where}: {problem} Name them in the wizard by “Columns…”, or in the mapping, for example {example}.</source>
        <translation>{where}：{problem}请在向导中点“各列…”指定，或在映射中指定，例如 {example}。</translation>
    </message>
    <message>
        <source>number of the point</source>
        <translation>点号</translation>
    </message>
    <message>
        <source>number on the map</source>
        <translation>图上点号</translation>
    </message>
    <message>
        <source>coordinate x</source>
        <translation>x 坐标</translation>
    </message>
    <message>
        <source>coordinate y</source>
        <translation>y 坐标</translation>
    </message>
    <message>
        <source>code of the point</source>
        <translation>点编码</translation>
    </message>
    <message>
        <source>feature of the point</source>
        <translation>特征</translation>
    </message>
    <message>
        <source>appurtenance of the point</source>
        <translation>附属物</translation>
    </message>
    <message>
        <source>system</source>
        <translation>管线类别</translation>
    </message>
    <message>
        <source>date of the survey</source>
        <translation>测量日期</translation>
    </message>
    <message>
        <source>surveyor</source>
        <translation>测量员</translation>
    </message>
    <message>
        <source>photo</source>
        <translation>照片</translation>
    </message>
    <message>
        <source>horizontal accuracy (RMS)</source>
        <translation>平面精度（中误差）</translation>
    </message>
    <message>
        <source>vertical accuracy (RMS)</source>
        <translation>高程精度（中误差）</translation>
    </message>
    <message>
        <source>state of the solution</source>
        <translation>解状态</translation>
    </message>
    <message>
        <source>id of the pipe</source>
        <translation>管段编号</translation>
    </message>
    <message>
        <source>point at the start</source>
        <translation>起点点号</translation>
    </message>
    <message>
        <source>point at the end</source>
        <translation>终点点号</translation>
    </message>
    <message>
        <source>material</source>
        <translation>材质</translation>
    </message>
    <message>
        <source>size (DN)</source>
        <translation>管径（DN）</translation>
    </message>
    <message>
        <source>equivalent diameter</source>
        <translation>等效管径</translation>
    </message>
    <message>
        <source>burial method</source>
        <translation>埋设方式</translation>
    </message>
    <message>
        <source>owner</source>
        <translation>权属单位</translation>
    </message>
    <message>
        <source>year of construction</source>
        <translation>建设年代</translation>
    </message>
    <message>
        <source>street</source>
        <translation>道路</translation>
    </message>
    <message>
        <source>date of the backfill</source>
        <translation>覆土日期</translation>
    </message>
    <message>
        <source>material verified by</source>
        <translation>材质核验人</translation>
    </message>
    <message>
        <source>material verified on</source>
        <translation>材质核验日期</translation>
    </message>
    <message>
        <source>function of the pipe</source>
        <translation>管段功能</translation>
    </message>
    <message>
        <source>depth of the pipe</source>
        <translation>管线埋深</translation>
    </message>
    <message>
        <source>level of the pipe</source>
        <translation>管线高程</translation>
    </message>
    <message>
        <source>{where}: no row names the columns of points or lines. Name them in the wizard by “Columns…”, or in the mapping, for example {example}.</source>
        <translation>{where}：没有一行给出点或线各列的列名。请在向导中点“各列…”指定，或在映射中指定，例如 {example}。</translation>
    </message>
    <message>
        <source>Columns of {file}</source>
        <translation>{file} 的各列</translation>
    </message>
    <message>
        <source>The headings stand in row</source>
        <translation>列名所在行</translation>
    </message>
    <message>
        <source>First values</source>
        <translation>前几个值</translation>
    </message>
    <message>
        <source>{number}: {cells}</source>
        <comment>a row of a file</comment>
        <translation>{number}：{cells}</translation>
    </message>
    <message>
        <source>(none: columns by their place)</source>
        <translation>（无列名：按位置）</translation>
    </message>
    <message>
        <source>(not used)</source>
        <translation>（未采用）</translation>
    </message>
    <message>
        <source>Columns…</source>
        <translation>各列…</translation>
    </message>
    <message>
        <source>What each column of the chosen sheet holds</source>
        <translation>所选工作表各列的内容</translation>
    </message>
    <message>
        <source>No: say what its columns hold…</source>
        <translation>否：指定各列的内容…</translation>
    </message>
    <message>
        <source>Nobody knows what the sheet “{sheet}” holds. Leave it out?</source>
        <translation>工作表“{sheet}”内容不明。是否略过？</translation>
    </message>
    <message>
        <source>Say what the columns of {name} hold by “Columns…”, or leave the file out.</source>
        <translation>请点“各列…”指定 {name} 各列的内容，或移除该文件。</translation>
    </message>
    <message>
        <source>The files have changed and were read again: look at what is written now.</source>
        <translation>文件已变动并重新读取：请再核对将写入的内容。</translation>
    </message>
    <message>
        <source>{reason} To leave the sheet out, give {example} in DECISIONS.</source>
        <translation>{reason}如需略过该工作表，请在 DECISIONS 中给出 {example}。</translation>
    </message>
    <message>
        <source>Due on</source>
        <translation>要求完成日期</translation>
    </message>
    <message>
        <source>The day by which they are to be done, as YYYY-MM-DD.</source>
        <translation>要求完成的日期，格式 YYYY-MM-DD。</translation>
    </message>
    <message>
        <source>Team</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>The team that does it.</source>
        <translation>承办班组。</translation>
    </message>
    <message>
        <source>Person in charge</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Who answers for it.</source>
        <translation>由谁负责。</translation>
    </message>
    <message>
        <source>Due</source>
        <translation>完成期限</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>负责人</translation>
    </message>
    <message>
        <source>Order repair</source>
        <translation>派维修单</translation>
    </message>
    <message>
        <source>Write a work order that tells a crew what to repair, and where</source>
        <translation>开具工单，写明维修内容和位置</translation>
    </message>
    <message>
        <source>Order cleaning</source>
        <translation>派清疏单</translation>
    </message>
    <message>
        <source>Write a work order that tells a crew what to clean, and where</source>
        <translation>开具工单，写明清疏内容和位置</translation>
    </message>
    <message>
        <source>Structural value</source>
        <translation>结构性缺陷参数</translation>
    </message>
    <message>
        <source>Structural mean</source>
        <translation>结构性缺陷平均分</translation>
    </message>
    <message>
        <source>Structural density</source>
        <translation>结构性缺陷密度</translation>
    </message>
    <message>
        <source>Functional value</source>
        <translation>功能性缺陷参数</translation>
    </message>
    <message>
        <source>Functional mean</source>
        <translation>功能性缺陷平均分</translation>
    </message>
    <message>
        <source>Functional density</source>
        <translation>功能性缺陷密度</translation>
    </message>
    <message>
        <source>Repair class</source>
        <translation>修复等级</translation>
    </message>
    <message>
        <source>Maintenance index MI</source>
        <translation>养护指数 MI</translation>
    </message>
    <message>
        <source>Maintenance class</source>
        <translation>养护等级</translation>
    </message>
    <message>
        <source>Quick rating, structural</source>
        <translation>结构性快速评级</translation>
    </message>
    <message>
        <source>Quick rating, functional</source>
        <translation>功能性快速评级</translation>
    </message>
    <message>
        <source>Differs from the given grade</source>
        <translation>与已填等级不同</translation>
    </message>
    <message>
        <source>At, m</source>
        <translation>距离，m</translation>
    </message>
    <message>
        <source>Defect</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>环向</translation>
    </message>
    <message>
        <source>Structural grade {structural}, functional grade {functional}.</source>
        <translation>结构性等级 {structural}，功能性等级 {functional}。</translation>
    </message>
    <message>
        <source>Defects: {defects}.</source>
        <translation>缺陷：{defects}。</translation>
    </message>
    <message>
        <source>{defect} at {at} m</source>
        <comment>a defect</comment>
        <translation>{at} m 处 {defect}</translation>
    </message>
    <message>
        <source>{defect} (clock {clock})</source>
        <translation>{defect}（环向 {clock}）</translation>
    </message>
    <message>
        <source>{defect}, {length} m long</source>
        <translation>{defect}，长 {length} m</translation>
    </message>
    <message>
        <source>An alarm and a method belong to orders that locate a leak. Leave them out of others.</source>
        <translation>报警和探漏方法只用于探漏工单，其他工单请留空。</translation>
    </message>
    <message>
        <source>The orders are of {day} and can&apos;t be due on {due}. Enter a later due day.</source>
        <translation>工单日期为 {day}，不能要求 {due} 完成，请填写更晚的日期。</translation>
    </message>
    <message>
        <source>due day, team and person of work items</source>
        <translation>工单的完成期限、班组和负责人</translation>
    </message>
    <message>
        <source>The sample town is missing or damaged: {file}. Install the plugin again.</source>
        <translation>示例城镇缺失或已损坏：{file}。请重新安装插件。</translation>
    </message>
    <message>
        <source>The network has this line already, as {id}: same course, and no other diameter or material.</source>
        <translation>管网中已有此管线（{id}）：走向相同，管径、材质无出入。</translation>
    </message>
    <message>
        <source>{n} of {rows} are there already: pipes of the network with the same course. To add them all the same, set “repeats” to “take” in the mapping.</source>
        <translation>{rows} 行中有 {n} 行已在管网中：走向与已有管段相同。如仍要导入，请在映射中将“repeats”设为“take”。</translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) are new although a pipe of the network lies in the same place: its diameter or material differs ({ids}).</source>
        <translation>
            <numerusform>%n 条线作为新管段导入，虽然管网中同一位置已有管段：其管径或材质不同（{ids}）。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) of personal data are not listed: {fields}.</source>
        <translation>
            <numerusform>%n 处个人信息的变更未列出：{fields}。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) of the drawing have texts with different sizes beside them; their diameter stays unknown.</source>
        <translation>
            <numerusform>图纸中有 %n 条线旁标注了不同的管径；其管径留为未知。</numerusform>
        </translation>
    </message>
    <message>
        <source>As the open project: {crs}</source>
        <translation>同当前工程：{crs}</translation>
    </message>
    <message>
        <source>Budgets, {unit}</source>
        <translation>年度预算，{unit}</translation>
    </message>
    <message>
        <source>Groups neighbouring catchments of outfalls, which share at least {edge} m of edge, to the fewest zones within the limits, each in one piece; of equally few the most compact ones. Catchments that fit into no zone are listed. For each zone it lists what still blocks zero discharge: open misconnections M1 to M8, as far as they are kept as issues, interceptors, and outfalls at which sewage was seen last.</source>
        <translation>把公共边不短于 {edge} m 的相邻排放口汇水范围合并为面积在限值以内、连成一片、数量最少的分区；数量相同时取最紧凑的。不能归入分区的汇水范围另行列出。每个分区列出仍妨碍零直排的问题：已列为问题且未处理的混接 M1～M8、截流井，以及最近一次见污水的排放口。</translation>
    </message>
    <message>
        <source>The ground to divide: an extent (xmin,xmax,ymin,ymax), the id of a compound or zone, or a layer. Empty: compounds and {reach} m around drains.</source>
        <translation>要划分的范围：坐标范围（xmin,xmax,ymin,ymax）、小区或分区编号，或图层。不填则为小区及排水管周围 {reach} m。</translation>
    </message>
    <message>
        <source>The step “{line}” is longer than {hours} h. Correct its times.</source>
        <translation>关阀步骤“{line}”超过 {hours} 小时，请更正时间。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not two numbers with a colon. Correct it in the settings table.</source>
        <translation>参数 {key}：“{value}”不是用冒号隔开的两个数值。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Some sizes are outer diameters only ({outer}), others nominal only ({nominal}).</source>
        <translation>部分规格仅为外径（{outer}），部分仅为公称直径（{nominal}）。</translation>
    </message>
    <message>
        <source>The sizes exist both as nominal and as outer diameters.</source>
        <translation>这些规格在公称直径和外径系列中都有。</translation>
    </message>
    <message>
        <source>compounds: outfalls, trades, work of crews, indicators, checklists, tanks due</source>
        <translation>小区管理：排放口、用户行业、班组作业、评价指标、核查表、三池到期</translation>
    </message>
    <message>
        <source>no compound</source>
        <translation>小区以外</translation>
    </message>
    <message>
        <source>{name}: {length}, {share} % of the length</source>
        <translation>{name}：{length}，占总长 {share} %</translation>
    </message>
    <message>
        <source>Of an update: whether OUTPUT_CHANGES lists changes of fields about people too, such as names of users. Without it they are left out and counted.</source>
        <translation>用于更新：OUTPUT_CHANGES 是否同时列出个人信息字段的变更，如用户名称。不包含时会略去这些变更，并给出条数。</translation>
    </message>
    <message>
        <source>The network has this line already, as {id}, which was changed since it was delivered.</source>
        <translation>管网中已有此管线（{id}），导入后曾改动。</translation>
    </message>
    <message numerus="yes">
        <source>%n of them were corrected, moved or cut in the network since they were delivered: they stay so.</source>
        <translation>
            <numerusform>其中 %n 条导入后曾在管网中改正、移动或拆分：保持现状。</numerusform>
        </translation>
    </message>
    <message>
        <source>The network has this row already, as {id}, which was changed since it was delivered.</source>
        <translation>管网中已有此行（{id}），导入后曾改动。</translation>
    </message>
    <message>
        <source>Which diameters are the bare sizes of plastic pipes? They are stored as written; the answer stands in the report.</source>
        <translation>塑料管只写数字的管径是哪一种？管径按原样保存，答案写入报告。</translation>
    </message>
    <message>
        <source>Facts of compounds</source>
        <translation>小区设施统计</translation>
    </message>
    <message>
        <source>Tells what lies in each compound and each drainage grid: users and permits, lengths of pipes cut at the boundary, manholes, inlets, tanks, exits with the municipal node they reach, outfalls, misconnections, tanks overdue and buildings. An asset belongs to the compound that it names, else to the one around it; a compound to the grid that it names, else to the one with most of it. What lies in no unit, in two, or in another than it names is listed.</source>
        <translation>统计各小区、各排水网格内的设施：排水户和许可证、在边界处截断的管长、检查井、雨水口、三池、出口及其接入的市政节点、排放口、混错接、逾期清掏的池和建筑物。设施归其所填小区，未填的归其所在小区；小区归其所填网格，未填的归面积占比最大的网格。不在任何小区或网格内、同时在两个以上、或与所填小区不一致的，逐一列出。</translation>
    </message>
    <message>
        <source>Buildings</source>
        <translation>建筑物</translation>
    </message>
    <message>
        <source>Polygons of buildings, which are counted. Empty: their number stays unknown.</source>
        <translation>建筑物面图层，按小区计数。为空：建筑物数不明。</translation>
    </message>
    <message>
        <source>Date, YYYY-MM-DD, on which permits and tanks are judged. Empty: today.</source>
        <translation>判定许可证和三池的日期，格式为 YYYY-MM-DD。为空：今天。</translation>
    </message>
    <message>
        <source>Fill in the compound of pipes, nodes and users that name none and lie in one, and the grid of compounds that name none, in one batch that can be undone. What is filled in stays.</source>
        <translation>为未填小区、且位于一个小区内的管段、节点和用户填写所属小区，为未填网格的小区填写所属网格，作为一个可撤销的批次。已填的不变。</translation>
    </message>
    <message>
        <source>Compounds and grids</source>
        <translation>小区和网格</translation>
    </message>
    <message>
        <source>A polygon for each compound and each grid with its figures.</source>
        <translation>每个小区、每个网格一个面及其统计数。</translation>
    </message>
    <message>
        <source>Lengths by system and owner</source>
        <translation>按系统和权属的管长</translation>
    </message>
    <message>
        <source>Metres of pipes in use in each compound by system and owner.</source>
        <translation>各小区内在用管段的长度（米），按系统和权属单位。</translation>
    </message>
    <message>
        <source>Exits</source>
        <translation>出口</translation>
    </message>
    <message>
        <source>Where drains leave each compound, by system, and the first municipal node downstream.</source>
        <translation>各小区排水管的出口（按系统），以及下游第一个市政节点。</translation>
    </message>
    <message>
        <source>What lies elsewhere</source>
        <translation>归属存疑的设施</translation>
    </message>
    <message>
        <source>Assets in use that lie in no unit (none), in several (two), or in another than they name (other). The column unit says whether compounds or grids are meant.</source>
        <translation>不在任何单元内（none）、在多个单元内（two）或位于所填以外单元内（other）的在用设施。unit 列表明指小区还是网格。</translation>
    </message>
    <message>
        <source>Compounds, grids, exits and outfalls; figures in a .json file next to it.</source>
        <translation>小区、网格、出口和排放口；数据另存于同名 .json 文件。</translation>
    </message>
    <message>
        <source>Grids</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>Assets that lie elsewhere</source>
        <translation>归属存疑的设施数</translation>
    </message>
    <message>
        <source>Rows filled in</source>
        <translation>已填写的行数</translation>
    </message>
    <message>
        <source>The network has no compounds and no grids. Bring in their boundaries first.</source>
        <translation>管网中没有小区，也没有网格。请先导入其边界。</translation>
    </message>
    <message>
        <source>{compounds} compounds in {grids} grids: {users} users, {permits} of them with a permit, {km} km of drains, {tanks} tanks, {exits} exits.</source>
        <translation>{grids} 个网格、{compounds} 个小区：排水户 {users} 户（有证 {permits} 户），排水管 {km} km，三池 {tanks} 座，出口 {exits} 个。</translation>
    </message>
    <message>
        <source>Exits that reach no municipal node: {count}. Look at OUTPUT_EXITS.</source>
        <translation>未接入市政节点的出口：{count} 个，见 OUTPUT_EXITS。</translation>
    </message>
    <message>
        <source>Pipes with neither line nor length, which add nothing: {count}.</source>
        <translation>既无图形又无长度、未计入管长的管段：{count} 段。</translation>
    </message>
    <message>
        <source>Tanks of unknown volume, which add nothing: {count}.</source>
        <translation>容积不明、未计入总容积的池：{count} 座。</translation>
    </message>
    <message>
        <source>In no compound: {what}.</source>
        <translation>不在任何小区内：{what}。</translation>
    </message>
    <message>
        <source>In two or more compounds: {what}.</source>
        <translation>同时在两个以上小区内：{what}。</translation>
    </message>
    <message>
        <source>Named for one compound and lying in another: {what}.</source>
        <translation>所填小区与所在小区不一致：{what}。</translation>
    </message>
    <message>
        <source>{count} assets lie in several compounds and name none: each counts in the first by id. Enter their compound, or mend the boundaries.</source>
        <translation>{count} 个设施位于多个小区重叠处且未填小区，均计入编号最前的小区。请填写所属小区，或修正小区边界。</translation>
    </message>
    <message>
        <source>In no grid: {count}.</source>
        <translation>不在任何网格内：{count} 个。</translation>
    </message>
    <message>
        <source>Compounds in several grids: {count}. Each counts in the one with most of it.</source>
        <translation>跨多个网格的小区：{count} 个，均计入面积占比最大的网格。</translation>
    </message>
    <message>
        <source>Nothing was filled in: every asset in a compound names one.</source>
        <translation>没有需要填写的：小区内的设施均已填写所属小区。</translation>
    </message>
    <message>
        <source>Filled in: the compound of {assets} assets and the grid of {compounds} compounds.</source>
        <translation>已填写：{assets} 个设施的所属小区，{compounds} 个小区的所属网格。</translation>
    </message>
    <message>
        <source>The first {most} of {count} rows; all are in the outputs.</source>
        <translation>共 {count} 行，此处为前 {most} 行；全部见输出表。</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>With a permit</source>
        <translation>有证</translation>
    </message>
    <message>
        <source>Sewers, m</source>
        <translation>污水管（m）</translation>
    </message>
    <message>
        <source>Storm drains, m</source>
        <translation>雨水管（m）</translation>
    </message>
    <message>
        <source>Combined drains, m</source>
        <translation>合流管（m）</translation>
    </message>
    <message>
        <source>Manholes</source>
        <translation>检查井</translation>
    </message>
    <message>
        <source>Volume of tanks, m3</source>
        <translation>三池容积（m³）</translation>
    </message>
    <message>
        <source>Tanks overdue</source>
        <translation>清掏逾期</translation>
    </message>
    <message>
        <source>Exit</source>
        <translation>出口</translation>
    </message>
    <message>
        <source>Municipal node</source>
        <translation>市政节点</translation>
    </message>
    <message>
        <source>Exits of compounds</source>
        <translation>小区出口</translation>
    </message>
    <message>
        <source>Risk</source>
        <translation>风险等级</translation>
    </message>
    <message>
        <source>Compounds upstream</source>
        <translation>上游小区</translation>
    </message>
    <message>
        <source>Users upstream</source>
        <translation>上游排水户</translation>
    </message>
    <message>
        <source>Outfalls</source>
        <translation>排放口</translation>
    </message>
    <message>
        <source>Those of high risk are traced up to the compounds and users that drain to them.</source>
        <translation>高风险排放口已向上游追踪至排入的小区和排水户。</translation>
    </message>
    <message>
        <source>in none</source>
        <translation>不在任何一个内</translation>
    </message>
    <message>
        <source>in two or more</source>
        <translation>在两个以上内</translation>
    </message>
    <message>
        <source>in another than it names</source>
        <translation>与所填不一致</translation>
    </message>
    <message>
        <source>Where it lies</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>所填</translation>
    </message>
    <message>
        <source>Lies in</source>
        <translation>所在</translation>
    </message>
    <message>
        <source>What lies outside or in another place</source>
        <translation>归属存疑的设施</translation>
    </message>
    <message>
        <source>Misconn.</source>
        <comment>short for misconnections</comment>
        <translation>混错接</translation>
    </message>
    <message>
        <source>Permits</source>
        <translation>无证</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>none of {count} needs you today</source>
        <translation>{count} 个均无待办</translation>
    </message>
    <message>
        <source>{some} of {count} need you</source>
        <translation>{count} 个中 {some} 个待办</translation>
    </message>
    <message>
        <source>tanks not scheduled yet</source>
        <translation>三池尚未排期</translation>
    </message>
    <message numerus="yes">
        <source>%n tank(s) overdue</source>
        <translation>
            <numerusform>逾期清掏 %n 座</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n user(s) without permit</source>
        <translation>
            <numerusform>无证排水户 %n 户</numerusform>
        </translation>
    </message>
    <message>
        <source>Grid {grid}</source>
        <translation>网格 {grid}</translation>
    </message>
    <message>
        <source>In no grid</source>
        <translation>不在任何网格内</translation>
    </message>
    <message>
        <source>Users without permit</source>
        <translation>无证排水户</translation>
    </message>
    <message>
        <source>Pipe defects</source>
        <translation>管道缺陷</translation>
    </message>
    <message>
        <source>Work this month</source>
        <translation>本月作业</translation>
    </message>
    <message>
        <source>{count} of {all}</source>
        <translation>{count} / {all}</translation>
    </message>
    <message>
        <source>Nobody looked for it yet.</source>
        <translation>尚未核查。</translation>
    </message>
    <message>
        <source>All of it is done.</source>
        <translation>已全部完成。</translation>
    </message>
    <message>
        <source>Work is left.</source>
        <translation>尚有未完成的作业。</translation>
    </message>
    <message>
        <source>Something is to be done.</source>
        <translation>有待办事项。</translation>
    </message>
    <message>
        <source>In order.</source>
        <translation>无待办。</translation>
    </message>
    <message>
        <source>Nothing is to be done here.</source>
        <translation>本小区无待办事项。</translation>
    </message>
    <message>
        <source>Not known yet: {what}.</source>
        <translation>尚不清楚：{what}。</translation>
    </message>
    <message>
        <source>Shows what a compound needs: tanks, misconnections, permits, defects, work.</source>
        <translation>显示小区的待办事项：清掏、混错接、许可证、管道缺陷、作业。</translation>
    </message>
    <message>
        <source>Which compound</source>
        <translation>查看小区</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Print the map of this compound</source>
        <translation>打印本小区的图</translation>
    </message>
    <message>
        <source>Facts of all compounds…</source>
        <translation>小区设施统计…</translation>
    </message>
    <message>
        <source>Reading compounds</source>
        <translation>读取小区</translation>
    </message>
    <message>
        <source>No compound lies there.</source>
        <translation>此处没有小区。</translation>
    </message>
    <message>
        <source>Reading a compound</source>
        <translation>读取小区</translation>
    </message>
    <message>
        <source>This project has no layer of it. Rebuild the project first.</source>
        <translation>本工程中没有该图层。请先重新生成工程。</translation>
    </message>
    <message>
        <source>Compounds…</source>
        <translation>小区…</translation>
    </message>
    <message>
        <source>Shows what is due in compounds, once there are any: bring in their boundaries.</source>
        <translation>导入小区边界后，此处显示小区的待办事项。</translation>
    </message>
    <message>
        <source>Click for the list; a click in a compound tells what is due.</source>
        <translation>单击查看列表；在图上单击小区可查看其待办。</translation>
    </message>
    <message>
        <source>tanks as scheduled on {date}</source>
        <translation>三池排期于 {date}</translation>
    </message>
    <message>
        <source>Work out when each tank is due and keep it for the map</source>
        <translation>计算各池的清掏到期日期，并保存供图面展示</translation>
    </message>
    <message>
        <source>Plan</source>
        <comment>duties</comment>
        <translation>排班</translation>
    </message>
    <message>
        <source>Plan the duties of a month</source>
        <translation>编制一个月的作业计划</translation>
    </message>
    <message>
        <source>There is no compound {name} in this network.</source>
        <translation>本管网中没有小区 {name}。</translation>
    </message>
    <message>
        <source>BUILDINGS has no polygons. Choose the layer of buildings, or nothing.</source>
        <translation>BUILDINGS 中没有面。请选择建筑物图层，或留空。</translation>
    </message>
    <message>
        <source>Counting what lies in compounds</source>
        <translation>统计小区内的设施</translation>
    </message>
    <message>
        <source>Attach photos and documents</source>
        <translation>添加照片与文件</translation>
    </message>
    <message>
        <source>Copies photos and documents into the folder beside the network and enters them for an asset: a pipe, a node, a compound, a user, a work item. The form of the asset lists and opens them. Move the folder together with the network. This is a batch; undoing it removes the entries.</source>
        <translation>将照片与文件复制到管网旁的文件夹，并登记到某一设施：管段、节点设施、小区、用户或工单。设施表单中可查看和打开。移动管网时请连同该文件夹一起移动。本操作为一个批次，撤销后登记即被删除。</translation>
    </message>
    <message>
        <source>Name of a table, such as pipe, node or compound.</source>
        <translation>表名，例如 pipe、node 或 compound。</translation>
    </message>
    <message>
        <source>Id of the asset.</source>
        <translation>设施编号。</translation>
    </message>
    <message>
        <source>Photos (jpg, png, tif, webp, heic) and PDF files, separated by semicolons.</source>
        <translation>照片（jpg、png、tif、webp、heic）与 PDF 文件，以分号分隔。</translation>
    </message>
    <message>
        <source>Files added</source>
        <translation>新增文件数</translation>
    </message>
    <message>
        <source>Photos and documents: {count}</source>
        <translation>照片与文件：{count}</translation>
    </message>
    <message>
        <source>Add photos or documents…</source>
        <translation>添加照片或文件…</translation>
    </message>
    <message>
        <source>Photos and documents of {asset}</source>
        <translation>{asset} 的照片与文件</translation>
    </message>
    <message>
        <source>There is no table “{name}” of assets. Choose one of: {tables}.</source>
        <translation>没有设施表“{name}”，请从以下表中选择：{tables}。</translation>
    </message>
    <message>
        <source>ASSET is empty. Enter the id of the asset the files belong to.</source>
        <translation>ASSET 为空，请填写文件所属设施的编号。</translation>
    </message>
    <message>
        <source>FILES is empty. Choose at least one photo or document.</source>
        <translation>FILES 为空，请至少选择一张照片或一个文件。</translation>
    </message>
    <message>
        <source>{table}: there is no {asset} in this network. Check its id.</source>
        <translation>{table}：本管网中没有 {asset}，请核对编号。</translation>
    </message>
    <message>
        <source>{asset} has these files already: {files}.</source>
        <translation>{asset} 已有这些文件：{files}。</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) added to {asset}.</source>
        <translation>
            <numerusform>已为 {asset} 添加 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>There already: {files}.</source>
        <translation>已有：{files}。</translation>
    </message>
    <message>
        <source>{file} leads out of the folder {folder} and is not opened.</source>
        <translation>{file} 指向文件夹 {folder} 之外，不予打开。</translation>
    </message>
    <message>
        <source>{file} is not in the folder {folder}. Copy that folder beside the network.</source>
        <translation>文件夹 {folder} 中没有 {file}，请将该文件夹复制到管网旁。</translation>
    </message>
    <message>
        <source>Scores of compounds</source>
        <translation>小区评分</translation>
    </message>
    <message>
        <source>Scores each compound for a month by ten indicators: rounds, drains, manholes and inlets worked on, separation, sewage collected, zero discharge, cases handled in time, complaints and satisfaction. What is unknown makes a range, and a grade is given only where both ends agree. It tells the work of fewest hours to the next grade, the hours that the month asks for, and which of the seven criteria stand between a compound and zero discharge. Bands, and how the source is read where it is unclear, are settings with a version (drainage.score.…).</source>
        <translation>按十项指标为每个小区评出月度得分：巡检、管道疏通、检查井和雨水口清掏、雨污分流、污水收集、零直排、处置及时、投诉及社会满意。未知项使得分成为区间，上下限等级一致时才给出等级。同时给出升一级所需工时最少的作业、本月所需工时，以及七项零直排标准中尚未满足的各项。分档和对原文的解读为带版本的参数（drainage.score.…）。</translation>
    </message>
    <message>
        <source>Month as YYYY-MM; empty: the month before that of AS_OF. A month to come is refused.</source>
        <translation>月份，写作 YYYY-MM；留空为 AS_OF 所在月的上一个月。未到的月份不予评分。</translation>
    </message>
    <message>
        <source>Version of the bands</source>
        <translation>评分标准版本</translation>
    </message>
    <message>
        <source>Version of the bands in the settings (drainage.score.VERSION.…); empty: the newest.</source>
        <translation>参数中评分标准的版本（drainage.score.版本.…）；留空取最新版本。</translation>
    </message>
    <message>
        <source>Day on which all is judged, as YYYY-MM-DD; empty: today. Nothing later counts.</source>
        <translation>基准日，写作 YYYY-MM-DD；留空为今天。此后的记录不计。</translation>
    </message>
    <message>
        <source>Write the computed indicators of the month as one batch that can be undone. They replace those computed before; what was entered stays and stands above them.</source>
        <translation>将本月计算的指标写为一个可撤销的批次，替换此前计算的值；填报值保留且优先。</translation>
    </message>
    <message>
        <source>Scores</source>
        <translation>得分</translation>
    </message>
    <message>
        <source>Each compound with the range of its points, grade (excellent, qualified, failed, open), hours that the month asks for, zero discharge (yes, no, unknown), and what blocks it.</source>
        <translation>每个小区的得分区间、等级（excellent 优秀、qualified 合格、failed 不合格、open 待定）、本月所需工时、是否零直排（yes、no、unknown）及未满足的标准。</translation>
    </message>
    <message>
        <source>Indicators</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Ten rows a compound: numerator, denominator, value, points (empty: unknown), and whether it was entered or computed.</source>
        <translation>每个小区十行：分子、分母、指标值、得分（空为未知）及来源（填报或计算）。</translation>
    </message>
    <message>
        <source>What raises the scores</source>
        <translation>提分措施</translation>
    </message>
    <message>
        <source>The work of fewest hours that lifts the low end of a score to the next grade: rounds, metres of drains, manholes and inlets; and, without hours, what no work of the month buys.</source>
        <translation>使得分下限升一级所需工时最少的作业：巡检次数、疏通米数、检查井和雨水口座数；没有工时的行为本月作业无法提升的指标。</translation>
    </message>
    <message>
        <source>Folder of the sheets</source>
        <translation>评分表文件夹</translation>
    </message>
    <message>
        <source>A folder for a PDF of one page for each compound, named by its id.</source>
        <translation>用于存放评分表的文件夹，每个小区一份单页 PDF，以小区编号命名。</translation>
    </message>
    <message>
        <source>The month on a page; figures in a .json file next to it.</source>
        <translation>本月评分报告；数据存于同名 .json 文件。</translation>
    </message>
    <message>
        <source>Compounds whose grade is open</source>
        <translation>等级待定的小区</translation>
    </message>
    <message>
        <source>Hours that the month asks for</source>
        <translation>本月所需工时</translation>
    </message>
    <message>
        <source>Zero-discharge compounds</source>
        <translation>零直排小区</translation>
    </message>
    <message>
        <source>{name}: the folder {folder} can&apos;t be written to: {reason}. Choose another one.</source>
        <translation>{name}：文件夹 {folder} 无法写入：{reason}。请另选文件夹。</translation>
    </message>
    <message>
        <source>RULES: there is no version “{version}” of the bands. There are: {known}.</source>
        <translation>RULES：没有版本为“{version}”的评分标准。现有：{known}。</translation>
    </message>
    <message>
        <source>Setting {key}: excellent begins below qualified. Correct it in the settings table.</source>
        <translation>参数 {key}：优秀的起始分低于合格。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not one of {known}. Correct it in the settings table.</source>
        <translation>参数 {key}：“{value}”不是 {known} 之一。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Setting {key}: the bands {one} and {other} overlap. Correct them in the settings table.</source>
        <translation>参数 {key}：分档 {one} 与 {other} 重叠。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Setting {key}: nothing is said between the bands {one} and {other}. Correct them in the settings table.</source>
        <translation>参数 {key}：分档 {one} 与 {other} 之间没有规定得分。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” does not give points to every value. Leave the lower end of the lowest band and the upper end of the highest one empty, in the settings table.</source>
        <translation>参数 {key}：“{value}”未覆盖全部取值。请在参数设置表中将最低档的下限和最高档的上限留空。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a band such as 0.8..0.9:0.8: two ends with two dots, a colon, points from 0 to 1. Correct it in the settings table.</source>
        <translation>参数 {key}：“{value}”不是有效分档。写法如 0.8..0.9:0.8，即两端以两点相连、冒号、0 至 1 的得分。请在参数设置表中改正。</translation>
    </message>
    <message>
        <source>{name}: “{text}” is not a month. Write it as YYYY-MM, for example 2025-12.</source>
        <translation>{name}：“{text}”不是月份。请写成 YYYY-MM，例如 2025-12。</translation>
    </message>
    <message>
        <source>{name}: {text} is out of range. Give a month from {first} to {last}.</source>
        <translation>{name}：{text} 超出范围。请填 {first} 至 {last} 之间的月份。</translation>
    </message>
    <message>
        <source>{month}, {count} compounds: {grades}.</source>
        <translation>{month}，小区 {count} 个：{grades}。</translation>
    </message>
    <message>
        <source>They ask for {hours} h of work in the month; zero-discharge: {yes}.</source>
        <translation>本月共需工时 {hours} h；零直排小区 {yes} 个。</translation>
    </message>
    <message>
        <source>Unknown, so that a range stands for it: {indicators} (compounds each).</source>
        <translation>未知而按区间计的指标（小区数）：{indicators}。</translation>
    </message>
    <message>
        <source>Work items closed before they were opened: {items}. They count by these days.</source>
        <translation>关闭日期早于开单日期的工单：{items}。仍按所填日期统计。</translation>
    </message>
    <message>
        <source>Emergencies without a day on which they are due: {items}. They count as not in time.</source>
        <translation>未填要求完成日期的应急处置：{items}。按未及时计。</translation>
    </message>
    <message>
        <source>Work items of the month outside all compounds: {count}. They count in none.</source>
        <translation>本月不属于任何小区的工单：{count} 个，不计入各小区。</translation>
    </message>
    <message>
        <source>Drains of compounds without a length: {count}. They count as 0 m.</source>
        <translation>小区内长度不明的排水管段：{count} 段，按 0 m 计。</translation>
    </message>
    <message>
        <source>Entered several times with different values, so unknown: {indicators}.</source>
        <translation>重复填报且数值不一、按未知计的指标：{indicators}。</translation>
    </message>
    <message>
        <source>Entered values above {most} were taken as shares, as they stand: {compounds}. Shares go from 0 to 1.</source>
        <translation>填报值大于 {most}，已按比率原样采用：{compounds}。比率取 0 至 1。</translation>
    </message>
    <message>
        <source>Indicator</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Bands (value: points)</source>
        <translation>分档（取值：得分）</translation>
    </message>
    <message>
        <source>Scores of compounds, {month}</source>
        <translation>小区评分，{month}</translation>
    </message>
    <message>
        <source>{count} more are in the tables.</source>
        <translation>另有 {count} 个见输出表。</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>工时</translation>
    </message>
    <message>
        <source>Zero discharge</source>
        <translation>零直排</translation>
    </message>
    <message>
        <source>no team</source>
        <translation>未指定班组</translation>
    </message>
    <message>
        <source>Hours of the month</source>
        <translation>本月工时（h）</translation>
    </message>
    <message>
        <source>Hours of its largest compound</source>
        <translation>最大小区工时（h）</translation>
    </message>
    <message>
        <source>Load of the teams</source>
        <translation>班组工作量</translation>
    </message>
    <message>
        <source>{criterion}: not so in {count} of {total} compounds.</source>
        <translation>{criterion}：{total} 个小区中 {count} 个未达到。</translation>
    </message>
    <message>
        <source>No checklist of zero discharge is filled yet: this indicator is unknown.</source>
        <translation>尚未填写零直排核查表，该项指标未知。</translation>
    </message>
    <message>
        <source>pass</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>fail</source>
        <translation>不通过</translation>
    </message>
    <message>
        <source>open</source>
        <comment>grade</comment>
        <translation>待定</translation>
    </message>
    <message>
        <source>Intake point</source>
        <translation>取水点</translation>
    </message>
    <message>
        <source>Pressure (MPa)</source>
        <translation>水压（MPa）</translation>
    </message>
    <message>
        <source>Fails</source>
        <translation>不满足</translation>
    </message>
    <message>
        <source>Not shown yet</source>
        <translation>尚未证实</translation>
    </message>
    <message>
        <source>{passed} of {count} intake points pass all seven points; {share} % are smart.</source>
        <translation>{count} 个取水点中 {passed} 个七项全部满足；智能化覆盖率 {share} %。</translation>
    </message>
    <message>
        <source>Reclaimed water intake points</source>
        <translation>再生水取水点</translation>
    </message>
    <message>
        <source>Criterion</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Unknown to the map and not ticked counts as not shown.</source>
        <translation>图面无法判断且未勾选的，视为尚未证实。</translation>
    </message>
    <message>
        <source>Samples at the exit</source>
        <translation>排水出口水样</translation>
    </message>
    <message>
        <source>{quantity}: {count} samples; no first entry is ticked, so there is no before and after.</source>
        <translation>{quantity}：水样 {count} 个；未勾选首次进场，无法作前后对比。</translation>
    </message>
    <message>
        <source>{quantity}: {before} samples before the first entry on {day} and {after} after it; no change is told from fewer than {least} on either side.</source>
        <translation>{quantity}：首次进场（{day}）前水样 {before} 个、后 {after} 个；任一侧少于 {least} 个时不作前后对比。</translation>
    </message>
    <message>
        <source>{quantity}: median {before} before the first entry on {day} ({count_before} samples), {after} after it ({count_after}).</source>
        <translation>{quantity}：首次进场（{day}）前中位数 {before}（{count_before} 个水样），之后 {after}（{count_after} 个）。</translation>
    </message>
    <message>
        <source>Score of {compound}, {month}</source>
        <translation>{compound}评分表，{month}</translation>
    </message>
    <message>
        <source>{points} of 10 points: {grade}. The month asks for {hours} h; zero discharge: {state}.</source>
        <translation>总分 {points} 分（满分 10 分）：{grade}。本月所需工时 {hours} h；零直排：{state}。</translation>
    </message>
    <message>
        <source>Unknown: {indicators}.</source>
        <translation>未知：{indicators}。</translation>
    </message>
    <message>
        <source>entered</source>
        <translation>填报</translation>
    </message>
    <message>
        <source>0.5 to 1</source>
        <translation>0.5～1</translation>
    </message>
    <message>
        <source>Numerator</source>
        <translation>分子</translation>
    </message>
    <message>
        <source>Denominator</source>
        <translation>分母</translation>
    </message>
    <message>
        <source>What raises it</source>
        <translation>提分建议</translation>
    </message>
    <message>
        <source>The best grade is reached.</source>
        <translation>已达最高等级。</translation>
    </message>
    <message>
        <source>Fewest hours to the next grade: {hours} h, from {before} to {after} points.</source>
        <translation>升一级最少需 {hours} h，总分由 {before} 升至 {after} 分。</translation>
    </message>
    <message>
        <source>No work of the month reaches the next grade.</source>
        <translation>本月作业无法升级。</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>措施</translation>
    </message>
    <message>
        <source>excellent</source>
        <translation>优秀</translation>
    </message>
    <message>
        <source>qualified</source>
        <translation>合格</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>不合格</translation>
    </message>
    <message>
        <source>yes, ticked</source>
        <translation>是（已勾选）</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <comment>range of points</comment>
        <translation>{low}～{high}</translation>
    </message>
    <message>
        <source>More rounds: {visits} ({hours} h), this indicator to {points}</source>
        <translation>增加巡检 {visits} 次（{hours} h），该项升至 {points} 分</translation>
    </message>
    <message>
        <source>Drains to clean: {metres} m ({hours} h), this indicator to {points}</source>
        <translation>疏通排水管 {metres} m（{hours} h），该项升至 {points} 分</translation>
    </message>
    <message>
        <source>Manholes or inlets to clean or inspect: {covers} ({hours} h), this indicator to {points}</source>
        <translation>清掏或检查井、雨水口 {covers} 座（{hours} h），该项升至 {points} 分</translation>
    </message>
    <message>
        <source>{indicator}: no hours of work buy it; at its best {points}</source>
        <translation>{indicator}：作业工时无法提升，最高 {points} 分</translation>
    </message>
    <message>
        <source>{indicator}: to {points} with {metres} m more drains separated</source>
        <translation>{indicator}：再完成雨污分流 {metres} m，升至 {points} 分</translation>
    </message>
    <message>
        <source>{indicator}: to {points} with {count} more zero-discharge compounds</source>
        <translation>{indicator}：再创建零直排小区 {count} 个，升至 {points} 分</translation>
    </message>
    <message>
        <source>{indicator}: to {points} with {count} more complaints handled</source>
        <translation>{indicator}：再处置投诉 {count} 件，升至 {points} 分</translation>
    </message>
    <message>
        <source>{indicator}: to {points}</source>
        <translation>{indicator}：升至 {points} 分</translation>
    </message>
    <message>
        <source>Bands of version {version}; they are settings (drainage.score.{version}.…).</source>
        <translation>评分标准版本 {version}，分档为参数（drainage.score.{version}.…）。</translation>
    </message>
    <message>
        <source>Rounds of inspection count by their number: the source asks for two a month and prints shares.</source>
        <translation>巡检周期按次数评分：原文要求每月 2 次，分档却印作百分比。</translation>
    </message>
    <message>
        <source>Rounds of inspection count as the share of drains patrolled, as the source prints.</source>
        <translation>巡检周期按巡检管长占比评分，与原文分档一致。</translation>
    </message>
    <message>
        <source>A value on the limit of two bands counts for the better one.</source>
        <translation>取值恰为两档界限时归入较高档。</translation>
    </message>
    <message>
        <source>A value on the limit of two bands counts for the worse one.</source>
        <translation>取值恰为两档界限时归入较低档。</translation>
    </message>
    <message>
        <source>Zero discharge is the share of all compounds, the same for each.</source>
        <translation>零直排按全部小区的创建率评分，各小区相同。</translation>
    </message>
    <message>
        <source>Zero discharge is that of the compound itself.</source>
        <translation>零直排按本小区是否达到评分。</translation>
    </message>
    <message>
        <source>Excellent from {excellent}, qualified from {qualified} points: totals between 7 and 8 have no name in the source.</source>
        <translation>{excellent} 分起为优秀，{qualified} 分起为合格：原文未规定 7 至 8 分的等级。</translation>
    </message>
    <message>
        <source>Without a case an indicator of cases has full points; what is unknown counts 0.5 to 1.</source>
        <translation>无案件时案件类指标得满分；未知项按 0.5～1 分计。</translation>
    </message>
    <message>
        <source>{network} · as of {day} · bands of version {version}</source>
        <translation>{network} · 基准日 {day} · 评分标准版本 {version}</translation>
    </message>
    <message>
        <source>MONTH: {month} is still to come on {day}. Give a month that has begun.</source>
        <translation>MONTH：截至 {day}，{month} 尚未到来。请填已开始的月份。</translation>
    </message>
    <message>
        <source>The network has no compounds. Draw them or bring them in first.</source>
        <translation>管网中没有小区。请先绘制或导入小区。</translation>
    </message>
    <message>
        <source>Scoring the compounds</source>
        <translation>正在评分</translation>
    </message>
    <message>
        <source>Points</source>
        <comment>score</comment>
        <translation>得分</translation>
    </message>
    <message>
        <source>Met</source>
        <comment>criterion</comment>
        <translation>是否满足</translation>
    </message>
    <message>
        <source>First entry</source>
        <translation>首次进场</translation>
    </message>
    <message>
        <source>Tanks due for cleaning</source>
        <translation>三池清掏到期</translation>
    </message>
    <message>
        <source>Works out when each septic tank, grease trap and sediment tank is due for cleaning, and why: by a line through the depths measured since the last cleaning; else by the cycle given; else, of septic tanks, by the norm from volume and the persons who drain into them; else by a usual cycle. No cycle is longer than the longest allowed one. A tank that was never cleaned has no date.</source>
        <translation>推算每座化粪池、隔油池、沉淀池的清掏到期日期及依据：对最近一次清掏以来的实测厚度作直线拟合；否则取给定周期；否则化粪池按容积与使用人数的定额推算；否则取默认周期。周期不超过允许的最长周期。从未清掏的池没有日期。</translation>
    </message>
    <message>
        <source>Keep the days for the due map, in one batch that can be undone. Otherwise they are only listed.</source>
        <translation>把到期日期作为一个可撤销的批次保存，供到期图使用；否则只列出。</translation>
    </message>
    <message>
        <source>Day on which tanks are judged, YYYY-MM-DD; what is dated later doesn&apos;t count. Empty: today.</source>
        <translation>判断到期的日期，YYYY-MM-DD；晚于此日的记录不计。空：今天。</translation>
    </message>
    <message>
        <source>Every tank in use at its place, the longest overdue first.</source>
        <translation>每座在用的池一个点，逾期最久的在前。</translation>
    </message>
    <message>
        <source>Tanks by state and basis, plots of measured ones, each with its reasons; figures in a .json.</source>
        <translation>按状态与依据的统计、实测池的曲线、逐座说明；数据另存 .json。</translation>
    </message>
    <message>
        <source>Overdue</source>
        <translation>逾期</translation>
    </message>
    <message>
        <source>Not known when</source>
        <translation>到期不明</translation>
    </message>
    <message>
        <source>depths of {days} days rise by {rise_mm} mm a day and reach {limit_m} m on {on}</source>
        <translation>{days} 天的实测厚度每日上升 {rise_mm} mm，{on} 达到 {limit_m} m</translation>
    </message>
    <message>
        <source>cycle given: {days} d</source>
        <translation>给定周期 {days} 天</translation>
    </message>
    <message>
        <source>by the norm {volume_m3} m³ last {persons} persons {days} d</source>
        <translation>按定额，容积 {volume_m3} m³ 供 {persons} 人可用 {days} 天</translation>
    </message>
    <message>
        <source>usual cycle: {days} d</source>
        <translation>默认周期 {days} 天</translation>
    </message>
    <message>
        <source>held to the longest allowed cycle of {days} d</source>
        <translation>按允许的最长周期 {days} 天计</translation>
    </message>
    <message>
        <source>held to the shortest cycle of the norm, {days} d</source>
        <translation>按定额的最短周期 {days} 天计</translation>
    </message>
    <message>
        <source>no cleaning is recorded: no date follows</source>
        <translation>无清掏记录，无法推算日期</translation>
    </message>
    <message>
        <source>cleaned by work item {item}</source>
        <translation>清掏日期取自工单 {item}</translation>
    </message>
    <message>
        <source>work item {item} was closed before it was opened: check its dates</source>
        <translation>工单 {item} 的关闭日期早于开单日期，请核对</translation>
    </message>
    <message>
        <source>a cleaning on {on} is to come and doesn&apos;t count</source>
        <translation>{on} 的清掏晚于基准日，不计</translation>
    </message>
    <message>
        <source>depths were measured, but the liquid depth is not known</source>
        <translation>有实测厚度，但有效水深不明</translation>
    </message>
    <message>
        <source>depths of one day only since the cleaning: two are needed for a line</source>
        <translation>清掏以来只有一天的实测厚度，拟合直线至少要两天</translation>
    </message>
    <message>
        <source>the depths measured since the cleaning don&apos;t rise: no date follows from them</source>
        <translation>清掏以来的实测厚度没有上升，无法据此推算</translation>
    </message>
    <message>
        <source>by the line it was full on the day of cleaning already: check whether it was emptied</source>
        <translation>按直线推算清掏当日即已满，请核实是否清空</translation>
    </message>
    <message>
        <source>days measured before the cleaning don&apos;t count: {count}</source>
        <translation>清掏前测量、不计的天数：{count}</translation>
    </message>
    <message>
        <source>days measured that are to come don&apos;t count: {count}</source>
        <translation>晚于基准日、不计的测量天数：{count}</translation>
    </message>
    <message>
        <source>users who drain into it: {count}, persons: {persons}</source>
        <translation>排入用户 {count} 户，共 {persons} 人</translation>
    </message>
    <message>
        <source>{persons} persons: its share by volume of {households} households of {compound}</source>
        <translation>{persons} 人：按容积分摊 {compound} 的 {households} 户</translation>
    </message>
    <message>
        <source>who drains into it is not known</source>
        <translation>排入用户不明</translation>
    </message>
    <message>
        <source>its volume is not known</source>
        <translation>容积不明</translation>
    </message>
    <message>
        <source>a volume of {volume_m3} m³ can't be: it counts as unknown</source>
        <translation>容积 {volume_m3} m³ 不合理，按不明处理</translation>
    </message>
    <message>
        <source>{times} times as full as the norm expects, with catering upstream ({users}): check the grease traps there</source>
        <translation>积存为定额推算值的 {times} 倍，上游有餐饮用户（{users}）：请检查其隔油池</translation>
    </message>
    <message>
        <source>{tank}: when it is due is not known, no cleaning is recorded</source>
        <translation>{tank}：无清掏记录，到期日期不明</translation>
    </message>
    <message numerus="yes">
        <source>{tank}: full on {on}, %n day(s) late</source>
        <translation>
            <numerusform>{tank}：{on} 积满，逾期 %n 天</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{tank}: due on {on}, %n day(s) late</source>
        <translation>
            <numerusform>{tank}：{on} 到期，逾期 %n 天</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{tank}: full on {on}, in %n day(s)</source>
        <translation>
            <numerusform>{tank}：{on} 积满，还有 %n 天</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{tank}: due on {on}, in %n day(s)</source>
        <translation>
            <numerusform>{tank}：{on} 到期，还有 %n 天</numerusform>
        </translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>line</source>
        <translation>拟合直线</translation>
    </message>
    <message>
        <source>full: {depth} m</source>
        <translation>满：{depth} m</translation>
    </message>
    <message>
        <source>The network has no tanks in use.</source>
        <translation>管网中没有在用的池。</translation>
    </message>
    <message>
        <source>On {on} {overdue} of {tanks} tanks are overdue, {due} more are due soon.</source>
        <translation>截至 {on}，{tanks} 座池中 {overdue} 座逾期，另有 {due} 座即将到期。</translation>
    </message>
    <message>
        <source>Of {count} tanks no cleaning is recorded: when they are due is not known.</source>
        <translation>{count} 座池没有清掏记录，到期日期不明。</translation>
    </message>
    <message>
        <source>Tanks out of use are left out: {count}.</source>
        <translation>未列入停用的池：{count} 座。</translation>
    </message>
    <message>
        <source>What is left out or not known</source>
        <translation>未列入与不明</translation>
    </message>
    <message>
        <source>What the days rest on</source>
        <translation>到期日期的依据</translation>
    </message>
    <message>
        <source>Tank</source>
        <translation>池</translation>
    </message>
    <message>
        <source>Last cleaned</source>
        <translation>最近清掏</translation>
    </message>
    <message>
        <source>Cycle, d</source>
        <translation>周期（天）</translation>
    </message>
    <message>
        <source>The first {listed} of {count}; the layer has all.</source>
        <translation>共 {count} 座，列出前 {listed} 座；图层中有全部。</translation>
    </message>
    <message>
        <source>Shows when septic tanks, grease traps and sediment tanks are due for cleaning, and why.</source>
        <translation>显示化粪池、隔油池、沉淀池的清掏到期日期及依据。</translation>
    </message>
    <message>
        <source>Which tank</source>
        <translation>哪座池</translation>
    </message>
    <message>
        <source>Due map</source>
        <translation>到期图</translation>
    </message>
    <message>
        <source>Keep the days in the network, in one batch, and show them on the map</source>
        <translation>把到期日期作为一个批次存入管网并显示在图上</translation>
    </message>
    <message>
        <source>Working out when tanks are due</source>
        <translation>正在推算三池到期日期</translation>
    </message>
    <message>
        <source>Depths</source>
        <translation>厚度</translation>
    </message>
    <message>
        <source>No tank in use lies there.</source>
        <translation>此处没有在用的池。</translation>
    </message>
    <message>
        <source>This project lacks the layer of the due map: restore it in the panel.</source>
        <translation>项目中没有到期图图层，请在面板中恢复。</translation>
    </message>
    <message>
        <source>The due map is up to date.</source>
        <translation>到期图已更新。</translation>
    </message>
    <message numerus="yes">
        <source>%n tank(s)</source>
        <translation>
            <numerusform>%n 座池</numerusform>
        </translation>
    </message>
    <message>
        <source>{count} overdue</source>
        <translation>逾期 {count} 座</translation>
    </message>
    <message>
        <source>{count} due soon</source>
        <translation>即将到期 {count} 座</translation>
    </message>
    <message>
        <source>Cycle</source>
        <translation>周期</translation>
    </message>
    <message>
        <source>{days} d</source>
        <translation>{days} 天</translation>
    </message>
    <message>
        <source>Tanks due…</source>
        <translation>三池到期…</translation>
    </message>
    <message>
        <source>Day</source>
        <translation>日期</translation>
    </message>
    <message>
        <source>Depth, m</source>
        <translation>厚度（m）</translation>
    </message>
    <message>
        <source>Record work</source>
        <translation>记录工单进展</translation>
    </message>
    <message>
        <source>Records the state of work orders as one batch: sent to a crew, under way, done, checked on the map, cancelled. Done orders count from their day on and wait for the check of the map; a tank that was cleaned gets the day. recorddig closes orders that locate a leak.</source>
        <translation>将工单状态记为一个批次：已派发、处理中、已完成、已核图、已取消。已完成的工单自当日起计入统计，并等待图面核对；所清掏的池记下该日期。探漏工单由 recorddig 关闭。</translation>
    </message>
    <message>
        <source>Ids of work orders, separated by semicolons.</source>
        <translation>工单编号，以分号分隔。</translation>
    </message>
    <message>
        <source>What became of them.</source>
        <translation>工单的进展。</translation>
    </message>
    <message>
        <source>Checked on the map</source>
        <translation>已核图</translation>
    </message>
    <message>
        <source>Day on which they were done, checked or cancelled, as YYYY-MM-DD; empty: today.</source>
        <translation>完成、核图或取消的日期，格式 YYYY-MM-DD；留空为今天。</translation>
    </message>
    <message>
        <source>Hours worked on each order that is done.</source>
        <translation>每张已完成工单的工时。</translation>
    </message>
    <message>
        <source>State found</source>
        <translation>淤积程度</translation>
    </message>
    <message>
        <source>How much had deposited, of orders that are done.</source>
        <translation>已完成工单的现场淤积程度。</translation>
    </message>
    <message>
        <source>The team that does it; empty: as it is.</source>
        <translation>作业班组；留空则不变。</translation>
    </message>
    <message>
        <source>Who answers for it; empty: as it is.</source>
        <translation>负责人；留空则不变。</translation>
    </message>
    <message>
        <source>The new due day, as YYYY-MM-DD; empty: as it is.</source>
        <translation>新的完成期限，格式 YYYY-MM-DD；留空则不变。</translation>
    </message>
    <message>
        <source>Ids of pipes, nodes, users, failures, compounds or zones, separated by semicolons. An id that is in several of these tables needs TABLE.</source>
        <translation>管段、节点、用户、故障、小区或分区的编号，以分号分隔。同一编号见于多张表时须指明 TABLE。</translation>
    </message>
    <message>
        <source>The table of the assets; empty: each is looked for in all.</source>
        <translation>设施所在的表；留空则在各表中查找。</translation>
    </message>
    <message>
        <source>Ids of findings of one rule, separated by semicolons: an order at the first asset of each, with the words of the finding.</source>
        <translation>同一规则的问题编号，以分号分隔：在各问题的第一个设施处开单，内容为问题说明。</translation>
    </message>
    <message>
        <source>What asks for the work: a finding, a complaint or a plan.</source>
        <translation>工单来源：问题、投诉或计划。</translation>
    </message>
    <message>
        <source>What is to be done; kept with each order. Orders of ISSUES have the words of the finding.</source>
        <translation>作业内容，记入每张工单。由 ISSUES 开具的工单以问题说明为内容。</translation>
    </message>
    <message>
        <source>Ids of the work orders, in the order of their assets</source>
        <translation>工单编号，按设施顺序</translation>
    </message>
    <message>
        <source>No team named</source>
        <translation>未指定班组</translation>
    </message>
    <message>
        <source>due on {day}</source>
        <translation>期限 {day}</translation>
    </message>
    <message>
        <source>no due day</source>
        <translation>无期限</translation>
    </message>
    <message>
        <source>Day sheet: {team}</source>
        <translation>作业单：{team}</translation>
    </message>
    <message>
        <source>{network}, {when}</source>
        <translation>{network}，{when}</translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s).</source>
        <translation>
            <numerusform>共 %n 张工单。</numerusform>
        </translation>
    </message>
    <message>
        <source>To do</source>
        <translation>作业内容</translation>
    </message>
    <message>
        <source>Without a place on the map: {numbers}.</source>
        <translation>图上无位置：{numbers}。</translation>
    </message>
    <message>
        <source>Outside compounds</source>
        <translation>小区以外</translation>
    </message>
    <message>
        <source>Map of the work orders</source>
        <translation>工单位置图</translation>
    </message>
    <message>
        <source>Work order {item} to locate the leak on pipe {asset} is written.</source>
        <translation>已开具探漏工单 {item}（管段 {asset}）。</translation>
    </message>
    <message>
        <source>Write a work order to trace what reaches the chosen outfall</source>
        <translation>为所选排放口开具溯源工单</translation>
    </message>
    <message>
        <source>Work order {item} to trace outfall {asset} is written.</source>
        <translation>已开具溯源工单 {item}（排放口 {asset}）。</translation>
    </message>
    <message>
        <source>Trace what reaches this outfall.</source>
        <translation>对该排放口溯源，查明来水。</translation>
    </message>
    <message>
        <source>Work order {item} to repair {asset} is written.</source>
        <translation>已开具维修工单 {item}（{asset}）。</translation>
    </message>
    <message>
        <source>Work order {item} to clean {asset} is written.</source>
        <translation>已开具清疏工单 {item}（{asset}）。</translation>
    </message>
    <message>
        <source>Write a work order that sends a crew to see which way the drain flows</source>
        <translation>开具工单，派班组现场查看流向</translation>
    </message>
    <message>
        <source>Work order {item} to look at {asset} is written.</source>
        <translation>已开具检查工单 {item}（{asset}）。</translation>
    </message>
    <message>
        <source>See which way the water flows in this drain.</source>
        <translation>现场查看该排水管的流向。</translation>
    </message>
    <message>
        <source>Write work orders to open the chosen covers, without a choice all that are listed</source>
        <translation>为所选的井开具揭盖检查工单；未选时为列表中的全部</translation>
    </message>
    <message>
        <source>Work order {item} to open {asset} is written.</source>
        <translation>已开具揭盖工单 {item}（{asset}）。</translation>
    </message>
    <message>
        <source>Open the cover and look for sewage.</source>
        <translation>揭盖查看有无污水。</translation>
    </message>
    <message>
        <source>Work order {item} to mend {asset} is written.</source>
        <translation>已开具整改工单 {item}（{asset}）。</translation>
    </message>
    <message>
        <source>Write a work order that sends a crew there, with the words of the issue (W)</source>
        <translation>开具工单，派班组到现场，内容为问题说明（W）</translation>
    </message>
    <message>
        <source>Save the list</source>
        <translation>保存列表</translation>
    </message>
    <message>
        <source>Work order {item} is written.</source>
        <translation>已开具工单 {item}。</translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s) written.</source>
        <translation>
            <numerusform>已开具 %n 张工单。</numerusform>
        </translation>
    </message>
    <message>
        <source>Unticked, the due days stay as they are</source>
        <translation>不勾选则期限不变</translation>
    </message>
    <message>
        <source>hours of each</source>
        <translation>每单工时</translation>
    </message>
    <message>
        <source>state found</source>
        <translation>淤积程度</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>记录</translation>
    </message>
    <message>
        <source>Due soon</source>
        <translation>即将到期</translation>
    </message>
    <message>
        <source>Only these; press again for all</source>
        <translation>只显示这些；再按一次显示全部</translation>
    </message>
    <message>
        <source>Types to show</source>
        <translation>显示的类型</translation>
    </message>
    <message>
        <source>Teams to show</source>
        <translation>显示的班组</translation>
    </message>
    <message>
        <source>Compounds to show</source>
        <translation>显示的小区</translation>
    </message>
    <message>
        <source>All types</source>
        <translation>全部类型</translation>
    </message>
    <message>
        <source>All teams</source>
        <translation>全部班组</translation>
    </message>
    <message>
        <source>All compounds</source>
        <translation>全部小区</translation>
    </message>
    <message>
        <source>Send…</source>
        <translation>派发…</translation>
    </message>
    <message>
        <source>Hand them to a crew</source>
        <translation>派给班组</translation>
    </message>
    <message>
        <source>Under way</source>
        <translation>处理中</translation>
    </message>
    <message>
        <source>The crew is at it</source>
        <translation>班组正在处理</translation>
    </message>
    <message>
        <source>Done…</source>
        <translation>完成…</translation>
    </message>
    <message>
        <source>The crew has done them</source>
        <translation>班组已完成</translation>
    </message>
    <message>
        <source>Map checked…</source>
        <translation>已核图…</translation>
    </message>
    <message>
        <source>The map shows what the crew found; then they leave the list</source>
        <translation>图面与现场一致；核对后移出列表</translation>
    </message>
    <message>
        <source>Cancel work</source>
        <translation>取消工单</translation>
    </message>
    <message>
        <source>Nobody does them</source>
        <translation>不再处理</translation>
    </message>
    <message>
        <source>All there is about one</source>
        <translation>查看一张工单的全部内容</translation>
    </message>
    <message>
        <source>Day sheets…</source>
        <translation>作业单…</translation>
    </message>
    <message>
        <source>A PDF for each team and due day: the chosen orders, without a choice all listed ones</source>
        <translation>每个班组、每个期限一份 PDF：所选工单；未选时为列表中的全部</translation>
    </message>
    <message>
        <source>XLSX…</source>
        <translation>XLSX…</translation>
    </message>
    <message>
        <source>Save the list as it is shown</source>
        <translation>按列表所示保存</translation>
    </message>
    <message>
        <source>Reading open work</source>
        <translation>正在读取未闭环工单</translation>
    </message>
    <message>
        <source>Open work: {n} of {all}</source>
        <translation>未闭环工单：{n} / {all}</translation>
    </message>
    <message>
        <source>Nothing is open. Findings become work by the button “Work item” of their card.</source>
        <translation>没有未闭环工单。可用各问题旁的“工单”按钮开单。</translation>
    </message>
    <message>
        <source>The map shows the first {n}. Choose fewer by the filters.</source>
        <translation>图上只显示前 {n} 项，请筛选。</translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s):</source>
        <translation>
            <numerusform>%n 张工单：</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s) recorded.</source>
        <translation>
            <numerusform>已记录 %n 张工单。</numerusform>
        </translation>
    </message>
    <message>
        <source>Recording work</source>
        <translation>正在记录工单</translation>
    </message>
    <message>
        <source>work</source>
        <comment>name of a file</comment>
        <translation>工单</translation>
    </message>
    <message>
        <source>Folder of the day sheets</source>
        <translation>作业单存放的文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%n day sheet(s) written to {path}.</source>
        <translation>
            <numerusform>已将 %n 份作业单写入 {path}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Printing day sheets</source>
        <translation>正在打印作业单</translation>
    </message>
    <message>
        <source>Visit</source>
        <translation>上门批次</translation>
    </message>
    <message>
        <source>overdue</source>
        <translation>逾期</translation>
    </message>
    <message>
        <source>due soon</source>
        <translation>即将到期</translation>
    </message>
    <message>
        <source>due later</source>
        <translation>未到期</translation>
    </message>
    <message>
        <source>{name}: {n}</source>
        <comment>a value, and how many rows have it</comment>
        <translation>{name}：{n}</translation>
    </message>
    <message>
        <source>undated</source>
        <comment>in a file name</comment>
        <translation>无期限</translation>
    </message>
    <message>
        <source>These work orders are over. Choose some that are still to be done.</source>
        <translation>这些工单已结束，请选择尚待处理的工单。</translation>
    </message>
    <message>
        <source>Choose a finding.</source>
        <translation>请选择问题。</translation>
    </message>
    <message>
        <source>There is no finding “{issue}” in this network. Check the network first.</source>
        <translation>该管网中没有问题“{issue}”，请先核查管网。</translation>
    </message>
    <message>
        <source>These findings ask for different work. Choose findings of one rule.</source>
        <translation>这些问题的作业内容不同，请选择同一规则的问题。</translation>
    </message>
    <message>
        <source>{issue} names nothing where a crew can be sent. Choose another finding.</source>
        <translation>{issue} 未涉及可派班组前往的设施，请选择其他问题。</translation>
    </message>
    <message>
        <source>{title}: {text}</source>
        <translation>{title}：{text}</translation>
    </message>
    <message>
        <source>There is no asset {asset} in this network that a crew can be sent to. Check its id.</source>
        <translation>该管网中没有可派班组前往的设施 {asset}，请核对编号。</translation>
    </message>
    <message>
        <source>{asset} is an id in several tables: {tables}. Say which table is meant.</source>
        <translation>编号 {asset} 见于多张表：{tables}，请指明是哪张表。</translation>
    </message>
    <message>
        <source>Choose the work orders.</source>
        <translation>请选择工单。</translation>
    </message>
    <message>
        <source>There is no state “{state}” of work orders. Choose one of: {states}.</source>
        <translation>工单没有状态“{state}”，请从以下选择：{states}。</translation>
    </message>
    <message>
        <source>Hours and the state found belong to orders that are done. Leave them out.</source>
        <translation>工时和淤积程度只用于已完成的工单，请勿填写。</translation>
    </message>
    <message>
        <source>Team, person and due day belong to orders that are not over. Leave them out.</source>
        <translation>班组、负责人和期限只用于未结束的工单，请勿填写。</translation>
    </message>
    <message>
        <source>A day belongs to orders that are done, checked or cancelled. Leave it out.</source>
        <translation>日期只用于完成、核图或取消，请勿填写。</translation>
    </message>
    <message>
        <source>The hours are not 0 or more: {hours}. Correct them.</source>
        <translation>工时应不小于 0：{hours}，请更正。</translation>
    </message>
    <message>
        <source>There is no result “{result}”. Choose one of: {results}.</source>
        <translation>没有淤积程度“{result}”，请从以下选择：{results}。</translation>
    </message>
    <message>
        <source>{day} is in the future. Enter a day up to today.</source>
        <translation>{day} 尚未到来，请填写今天或以前的日期。</translation>
    </message>
    <message>
        <source>Work orders {items}: {state}</source>
        <translation>工单 {items}：{state}</translation>
    </message>
    <message>
        <source>There is no work order “{item}” in this network. Check its id.</source>
        <translation>该管网中没有工单“{item}”，请核对编号。</translation>
    </message>
    <message>
        <source>{item} is not done yet. Record that first, or leave it out.</source>
        <translation>{item} 尚未完成，请先记录完成，或将其去掉。</translation>
    </message>
    <message>
        <source>{item} was done later than the check. Correct the day.</source>
        <translation>{item} 的完成日期晚于核图日期，请更正。</translation>
    </message>
    <message>
        <source>{item} is checked on the map already. Leave it out.</source>
        <translation>{item} 已核图，请将其去掉。</translation>
    </message>
    <message>
        <source>{item} is over already. Leave it out.</source>
        <translation>{item} 已结束，请将其去掉。</translation>
    </message>
    <message>
        <source>{item} was opened later than that due day. Correct the day.</source>
        <translation>{item} 的开单日期晚于该期限，请更正。</translation>
    </message>
    <message>
        <source>{item} was opened later than that day. Correct the day.</source>
        <translation>{item} 的开单日期晚于该日期，请更正。</translation>
    </message>
    <message>
        <source>{item} locates a leak: record what was found there, which closes it.</source>
        <translation>{item} 为探漏工单：请记录开挖结果，工单随之关闭。</translation>
    </message>
    <message>
        <source>Choose what the work order is for.</source>
        <translation>请选择开单的对象。</translation>
    </message>
    <message>
        <source>There are no work orders of type “{type}”. Choose one of: {types}.</source>
        <translation>没有“{type}”类型的工单，请从以下选择：{types}。</translation>
    </message>
    <message>
        <source>There is no source “{source}” of work orders. Choose one of: {sources}.</source>
        <translation>工单没有来源“{source}”，请从以下选择：{sources}。</translation>
    </message>
    <message>
        <source>There are no work orders for the table “{table}”. Choose one of: {tables}.</source>
        <translation>表“{table}”不能开单，请从以下选择：{tables}。</translation>
    </message>
    <message>
        <source>A leak is located on pipes. Choose the pipe to search for the leak.</source>
        <translation>探漏针对管段，请选择要探漏的管段。</translation>
    </message>
    <message>
        <source>Work order for {assets}</source>
        <translation>工单：{assets}</translation>
    </message>
    <message>
        <source>{asset} has the open work order {item} already.</source>
        <translation>{asset} 已有未完成工单 {item}。</translation>
    </message>
    <message>
        <source>Pipe {asset} is being searched already: work order {item}. Record what was found there.</source>
        <translation>管段 {asset} 正在探漏：工单 {item}，请记录其结果。</translation>
    </message>
    <message>
        <source>The map is not checked yet.</source>
        <translation>图面尚未核对。</translation>
    </message>
    <message>
        <source>Write a work order to clean each chosen tank</source>
        <translation>为所选各池开具清掏工单</translation>
    </message>
    <message>
        <source>Open work…</source>
        <translation>未闭环工单…</translation>
    </message>
    <message>
        <source>Schedule</source>
        <comment>tanks</comment>
        <translation>排期</translation>
    </message>
    <message>
        <source>Plan of compounds</source>
        <translation>小区作业计划</translation>
    </message>
    <message>
        <source>Lists all that comes due: tanks, drains, manholes and inlets by what was found in them, secondary supply, permits, visits of users, intake points, dead ends to flush, covers around ponding places before storms. Of it and of the monthly rates (two rounds, 3 % of the length of drains, 2 % of manholes and inlets in each compound) it makes a plan with the fewest hours, shares it evenly among crews and lays it on days. Where hours don&apos;t suffice, what is longest overdue comes first. A compound belongs to the team of its grid; where that has no hours left another crew helps.</source>
        <translation>列出全部到期待办：三池清掏，按上次淤积情况到期的排水管段、检查井和雨水口，二次供水设施清洗，排水许可，排水户巡访，取水点检查，末梢冲洗，雨前积水点周边井口清掏。据此并按月度指标（每个小区巡检 2 次，疏通管长 3%，清掏检查井和雨水口 2%）编制总工时最少的计划，在班组间均衡分配并排到每天。工时不足时，逾期最久的优先。小区由所属网格的班组负责，该班组工时用完后由其他班组支援。</translation>
    </message>
    <message>
        <source>First month of the plan, YYYY-MM. Empty: the next one.</source>
        <translation>计划的首月，格式 YYYY-MM。留空：下个月。</translation>
    </message>
    <message>
        <source>Months</source>
        <translation>月数</translation>
    </message>
    <message>
        <source>How many months are planned; what one of them does moves what the next has to do.</source>
        <translation>计划几个月；前一个月完成的作业会推后下一个月的到期。</translation>
    </message>
    <message>
        <source>Crews</source>
        <translation>班组</translation>
    </message>
    <message>
        <source>Crews with their hours a month, such as Team 1=320;Team 2=160. Empty: the teams of the grids; nothing can be said of their hours then.</source>
        <translation>班组及其每月工时，例如 一班=320;二班=160。留空：取各网格的班组，此时无法判断工时是否足够。</translation>
    </message>
    <message>
        <source>Day on which duties are judged, YYYY-MM-DD; what is dated later doesn&apos;t count. Empty: today.</source>
        <translation>判断到期的基准日，格式 YYYY-MM-DD；晚于该日的记录不计。留空：今天。</translation>
    </message>
    <message>
        <source>Write the plan as work items, one batch that can be undone. They replace those of an earlier plan of these months that nobody was sent.</source>
        <translation>把计划写成工单，作为一个可撤销的批次。这几个月先前计划中尚未派发的工单会被替换。</translation>
    </message>
    <message>
        <source>Folder of the lists</source>
        <translation>清单文件夹</translation>
    </message>
    <message>
        <source>A folder for an .xlsx for each crew, and a PDF with a map for each of its days.</source>
        <translation>每个班组一个 .xlsx，每个作业日一张带地图的 PDF，都存入此文件夹。</translation>
    </message>
    <message>
        <source>Duties</source>
        <translation>待办</translation>
    </message>
    <message>
        <source>All that comes due until the end of the plan.</source>
        <translation>计划期末以前到期的全部待办。</translation>
    </message>
    <message>
        <source>Visits</source>
        <translation>上门</translation>
    </message>
    <message>
        <source>Who goes where on which day.</source>
        <translation>哪个班组哪天到哪个小区。</translation>
    </message>
    <message>
        <source>Rates</source>
        <translation>完成率</translation>
    </message>
    <message>
        <source>Share of drains, and of manholes and inlets, cleaned in each month and compound.</source>
        <translation>各小区各月的管道疏通率和附属设施清掏率。</translation>
    </message>
    <message>
        <source>The plan as a page, with hours a crew and day; figures in a .json file next to it.</source>
        <translation>计划报告页，含各班组每日工时；数值另存同名 .json 文件。</translation>
    </message>
    <message>
        <source>Due duties without hours</source>
        <translation>工时不足而未安排的到期待办</translation>
    </message>
    <message>
        <source>Crews whose hours don&apos;t suffice</source>
        <translation>工时不足的班组</translation>
    </message>
    <message>
        <source>CREWS: “{text}” is not name=hours, for example “Team 1=320”. Correct it.</source>
        <translation>CREWS：“{text}”不是“名称=工时”的形式，例如“一班=320”。请改正。</translation>
    </message>
    <message>
        <source>CREWS names “{crew}” twice. Name each crew once.</source>
        <translation>CREWS 中“{crew}”出现了两次。每个班组只写一次。</translation>
    </message>
    <message>
        <source>Duty</source>
        <translation>待办事项</translation>
    </message>
    <message>
        <source>At</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Begun at</source>
        <translation>开始时间</translation>
    </message>
    <message>
        <source>Finished at</source>
        <translation>结束时间</translation>
    </message>
    <message>
        <source>Hours worked</source>
        <translation>实际工时</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签字</translation>
    </message>
    <message>
        <source>{first} to {last}: {visits} visits, {hours} h.</source>
        <translation>{first} 至 {last}：上门 {visits} 次，工时 {hours} h。</translation>
    </message>
    <message>
        <source>{month}: {visits} visits, {hours} h.</source>
        <translation>{month}：上门 {visits} 次，工时 {hours} h。</translation>
    </message>
    <message>
        <source>Duties: {overdue} overdue, {due} due within 30 days, {later} later, {unknown} of unknown date.</source>
        <translation>待办：逾期 {overdue} 项，30 天内到期 {due} 项，以后到期 {later} 项，日期不明 {unknown} 项。</translation>
    </message>
    <message>
        <source>Below the monthly rates: {pipes} compounds by length, {covers} by manholes and inlets.</source>
        <translation>未达月度指标的小区：管道疏通率 {pipes} 个，附属设施清掏率 {covers} 个。</translation>
    </message>
    <message>
        <source>The monthly rates are kept in each compound.</source>
        <translation>各小区均达到月度指标。</translation>
    </message>
    <message>
        <source>Hours don&apos;t suffice for: {crews}.</source>
        <translation>工时不足的班组：{crews}。</translation>
    </message>
    <message>
        <source>Due duties that find no hours: {count}.</source>
        <translation>工时不足而未安排的到期待办：{count} 项。</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Plan of compounds, {month}</source>
        <translation>小区作业计划，{month}</translation>
    </message>
    <message>
        <source>Hours a crew and day, {month}</source>
        <translation>各班组每日工时，{month}</translation>
    </message>
    <message>
        <source>Hours planned</source>
        <translation>计划工时</translation>
    </message>
    <message>
        <source>Hours available</source>
        <translation>可用工时</translation>
    </message>
    <message>
        <source>Hours don&apos;t suffice</source>
        <translation>工时不足</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>已安排</translation>
    </message>
    <message>
        <source>What comes due</source>
        <translation>到期情况</translation>
    </message>
    <message>
        <source>Drains cleaned, %</source>
        <translation>管道疏通率（%）</translation>
    </message>
    <message>
        <source>Manholes and inlets cleaned, %</source>
        <translation>附属设施清掏率（%）</translation>
    </message>
    <message>
        <source>Rates by compound and month</source>
        <translation>各小区各月完成率</translation>
    </message>
    <message>
        <source>Planned for</source>
        <translation>计划日期</translation>
    </message>
    <message>
        <source>End of quarter</source>
        <translation>季度末</translation>
    </message>
    <message>
        <source>Secondary supply</source>
        <translation>二次供水设施数</translation>
    </message>
    <message>
        <source>Overdue or never cleaned</source>
        <translation>超期或未清洗</translation>
    </message>
    <message>
        <source>Overdue cleaning of secondary supply</source>
        <translation>二次供水设施清洗消毒超期率</translation>
    </message>
    <message>
        <source>Mean of these quarters: {share} %.</source>
        <translation>各季度平均：{share}%。</translation>
    </message>
    <message>
        <source>{count} more are in the table.</source>
        <translation>另有 {count} 行见结果表。</translation>
    </message>
    <message>
        <source>Interval since the last time</source>
        <translation>距上次的间隔</translation>
    </message>
    <message>
        <source>Deposits too deep</source>
        <translation>积泥过深</translation>
    </message>
    <message>
        <source>Heavy deposits twice running</source>
        <translation>连续两次重度淤积</translation>
    </message>
    <message>
        <source>Ponding place, before storms</source>
        <translation>积水点周边，雨前清掏</translation>
    </message>
    <message>
        <source>Monthly rate</source>
        <translation>月度指标</translation>
    </message>
    <message>
        <source>No permit</source>
        <translation>无排水许可证</translation>
    </message>
    <message>
        <source>Permit ends</source>
        <translation>排水许可证到期</translation>
    </message>
    <message>
        <source>MONTHS must be from 1 to {most}.</source>
        <translation>MONTHS 必须为 1 至 {most}。</translation>
    </message>
    <message>
        <source>{month} is over on {day}: no work is planned for it. Choose a later month.</source>
        <translation>到 {day} 时 {month} 已经过去，不能为其安排作业。请选择以后的月份。</translation>
    </message>
    <message>
        <source>Planning the months</source>
        <translation>正在编制各月计划</translation>
    </message>
    <message>
        <source>Work items written: {count}.</source>
        <translation>已写入工单 {count} 张。</translation>
    </message>
    <message>
        <source>{month} is over on {day}.</source>
        <translation>到 {day} 时 {month} 已经过去。</translation>
    </message>
    <message>
        <source>The hours of the crews are not known: enter CREWS to see whose don&apos;t suffice.</source>
        <translation>各班组工时不明：填写 CREWS 才能判断哪个班组工时不足。</translation>
    </message>
    <message>
        <source>{count} work items were closed before they were opened: their closing day counts.</source>
        <translation>{count} 张工单的关闭日期早于开单日期：按关闭日期计。</translation>
    </message>
    <message>
        <source>{count} work items are done without a closing day: they count as not done.</source>
        <translation>{count} 张工单已完成但没有关闭日期：按未完成计。</translation>
    </message>
    <message>
        <source>{count} open work items of an earlier plan of these months are replaced.</source>
        <translation>这几个月先前计划中 {count} 张未派发的工单已被替换。</translation>
    </message>
    <message>
        <source>{count} open work items of an earlier plan of these months are planned anew here.</source>
        <translation>这几个月先前计划中 {count} 张未派发的工单在此重新安排。</translation>
    </message>
    <message>
        <source>{reason}; due on {day}</source>
        <translation>{reason}；{day} 到期</translation>
    </message>
    <message>
        <source>Working out what is due</source>
        <translation>正在计算到期情况</translation>
    </message>
    <message>
        <source>Crew 1</source>
        <translation>班组 1</translation>
    </message>
    <message numerus="yes">
        <source>{field}: %n value(s) in mm are smaller than any pipe ({examples}).</source>
        <translation>
            <numerusform>{field}：%n 个值按毫米计小于任何管道（{examples}）。</numerusform>
        </translation>
    </message>
    <message>
        <source>outside what the field takes</source>
        <translation>超出该字段的取值范围</translation>
    </message>
    <message>
        <source>No score is kept: score the month and keep it in the network.</source>
        <translation>尚无已保存的得分：请先进行月度评分并保存到管网。</translation>
    </message>
    <message>
        <source>{points} of 10 in {month}: {grade}</source>
        <translation>{month} 得分 {points}（满分 10 分）：{grade}</translation>
    </message>
    <message>
        <source>{score}; not known: {indicators}</source>
        <translation>{score}；未知：{indicators}</translation>
    </message>
    <message>
        <source>all compounds</source>
        <translation>全部小区</translation>
    </message>
    <message>
        <source>Photos and documents</source>
        <translation>照片与文件</translation>
    </message>
    <message>
        <source>h</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>no team</source>
        <comment>in a file name</comment>
        <translation>未指定班组</translation>
    </message>
    <message numerus="yes">
        <source>%n work order(s), {hours} h.</source>
        <translation>
            <numerusform>%n 张工单，{hours} 小时。</numerusform>
        </translation>
    </message>
    <message>
        <source>{compound} ({hours} h)</source>
        <translation>{compound}（{hours} 小时）</translation>
    </message>
    <message>
        <source>wanted: {needed} %</source>
        <translation>应达到：{needed} %</translation>
    </message>
    <message>
        <source>drains cleaned, % of length</source>
        <translation>已清疏管长，%</translation>
    </message>
    <message>
        <source>hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>It overlaps {names}: what lies in both and names neither counts in the first by id. Mend the boundaries.</source>
        <translation>与{names}重叠：位于重叠处且未登记所属小区的设施计入编号靠前的小区，请更正边界。</translation>
    </message>
    <message numerus="yes">
        <source>From {moment} on, the readings of {meter} are {factor} times as large as before, as if their unit had changed: %n of them are left out. Import them again with their unit.</source>
        <translation>
            <numerusform>自 {moment} 起，{meter} 的读数是之前的 {factor} 倍，疑似计量单位已变更：其中 %n 个读数未采用。请按其单位重新导入。</numerusform>
        </translation>
    </message>
    <message>
        <source>The day of assessment {run} is not known any more. Assess health again.</source>
        <translation>评估 {run} 的日期已丢失。请重新进行健康评估。</translation>
    </message>
    <message numerus="yes">
        <source>%n more round(s): {hours} h → {total}</source>
        <translation>
            <numerusform>再巡检 %n 轮：{hours} 工时 → {total} 分</numerusform>
        </translation>
    </message>
    <message>
        <source>Clean {metres} m of {drains}: {hours} h → {total}</source>
        <translation>清疏 {drains} 共 {metres} m：{hours} 工时 → {total} 分</translation>
    </message>
    <message numerus="yes">
        <source>%n manhole(s) or inlet(s)</source>
        <translation>
            <numerusform>%n 座检查井或雨水口</numerusform>
        </translation>
    </message>
    <message>
        <source>Clean {covers}: {hours} h → {total}</source>
        <translation>清疏 {covers}：{hours} 工时 → {total} 分</translation>
    </message>
    <message>
        <source>{work}; part of it is ordered</source>
        <translation>{work}；部分已派工</translation>
    </message>
    <message>
        <source>{work}; ordered</source>
        <translation>{work}；已派工</translation>
    </message>
    <message>
        <source>Entered several times with different values: correct the table of indicators.</source>
        <translation>多次录入的值不一致：请更正指标表。</translation>
    </message>
    <message>
        <source>No checklist of zero discharge is filled yet.</source>
        <translation>尚未填写任何零直排核查表。</translation>
    </message>
    <message>
        <source>No manholes and inlets of this compound are on the map.</source>
        <translation>图上没有该小区的检查井和雨水口。</translation>
    </message>
    <message>
        <source>No drains with a length of this compound are on the map.</source>
        <translation>图上没有该小区有长度的排水管段。</translation>
    </message>
    <message>
        <source>Clean the tank: it is overdue.</source>
        <translation>清掏该池：已逾期。</translation>
    </message>
    <message>
        <source>Misconnection: join the drain to the right system.</source>
        <translation>混错接：请将该管段接入正确的系统。</translation>
    </message>
    <message>
        <source>See the user about the drainage permit.</source>
        <translation>就排水许可上门联系排水户。</translation>
    </message>
    <message>
        <source>Mend the defects that the last inspection found.</source>
        <translation>修复最近一次检测发现的缺陷。</translation>
    </message>
    <message>
        <source>A round of the compound.</source>
        <translation>小区巡检一轮。</translation>
    </message>
    <message>
        <source>Score map</source>
        <translation>评分图</translation>
    </message>
    <message>
        <source>Compounds in the colour of the grade that was kept last</source>
        <translation>按最近一次保存的评分等级为小区着色</translation>
    </message>
    <message>
        <source>Score another month…</source>
        <translation>评其他月份…</translation>
    </message>
    <message>
        <source>Work order {item} for {asset} is written.</source>
        <translation>已为 {asset} 生成工单 {item}。</translation>
    </message>
    <message>
        <source>The ten indicators with what they count</source>
        <translation>十项指标及其统计对象</translation>
    </message>
    <message>
        <source>Make work items</source>
        <translation>生成工单</translation>
    </message>
    <message>
        <source>Write work orders for what raises the score, as one batch that can be undone</source>
        <translation>把提分措施写成工单，作为一个可撤销的批次</translation>
    </message>
    <message>
        <source>Score the month</source>
        <translation>本月评分</translation>
    </message>
    <message numerus="yes">
        <source>%n have a running one and are left out.</source>
        <translation>
            <numerusform>%n 个已有未完成的工单，未重复派工。</numerusform>
        </translation>
    </message>
    <message>
        <source>{indicator}: raises the score of the compound.</source>
        <translation>{indicator}：用于提高小区评分。</translation>
    </message>
    <message>
        <source>{month} is over: what is done now counts in {later}.</source>
        <translation>{month} 已结束：现在完成的作业计入 {later}。</translation>
    </message>
    <message>
        <source>Checklists</source>
        <translation>核查表</translation>
    </message>
    <message>
        <source>Checklist</source>
        <translation>核查表</translation>
    </message>
    <message>
        <source>Reading checklists</source>
        <translation>正在读取核查表</translation>
    </message>
    <message>
        <source>The network has nothing with this checklist.</source>
        <translation>管网中没有适用该核查表的对象。</translation>
    </message>
    <message>
        <source>Click a row to tick its items.</source>
        <translation>单击一行以勾选其核查项。</translation>
    </message>
    <message>
        <source>The checklist of {asset} is saved.</source>
        <translation>{asset} 的核查表已保存。</translation>
    </message>
    <message>
        <source>Saving the checklist</source>
        <translation>正在保存核查表</translation>
    </message>
    <message>
        <source>Shows outfalls by their risk, and the compounds and users that drain to one.</source>
        <translation>按风险列出排放口，并显示排入该处的小区和用户。</translation>
    </message>
    <message>
        <source>Outfalls by risk</source>
        <translation>排放口风险</translation>
    </message>
    <message>
        <source>Trace upstream…</source>
        <translation>上游追踪…</translation>
    </message>
    <message numerus="yes">
        <source>%n outfall(s), {high} of high risk</source>
        <translation>
            <numerusform>排放口 %n 个，其中高风险 {high} 个</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a risk on record</source>
        <translation>
            <numerusform>%n 个未记录风险等级</numerusform>
        </translation>
    </message>
    <message>
        <source>No outfall in use lies there.</source>
        <translation>此处没有在用排放口。</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s) drain there.</source>
        <translation>
            <numerusform>%n 个用户排入此处。</numerusform>
        </translation>
    </message>
    <message>
        <source>Drains upstream: {length}.</source>
        <translation>上游排水管：{length}。</translation>
    </message>
    <message>
        <source>Checklists…</source>
        <translation>核查表…</translation>
    </message>
    <message>
        <source>Intake points…</source>
        <translation>取水点…</translation>
    </message>
    <message>
        <source>Outfalls by risk…</source>
        <translation>排放口风险…</translation>
    </message>
    <message>
        <source>Write work orders for what blocks the chosen zone</source>
        <translation>为阻碍所选区达标的问题生成工单</translation>
    </message>
    <message>
        <source>Compound {compound}</source>
        <translation>小区 {compound}</translation>
    </message>
    <message>
        <source>It blocks zone {zone}: {block}.</source>
        <translation>阻碍 {zone} 达标：{block}。</translation>
    </message>
    <message>
        <source>There is no outfall {node} in this network.</source>
        <translation>该管网中没有排放口 {node}。</translation>
    </message>
    <message>
        <source>There is no checklist “{list}”. Choose one of: {lists}.</source>
        <translation>没有核查表“{list}”。请从以下选择：{lists}。</translation>
    </message>
    <message>
        <source>There is no item “{item}” in this checklist. Choose among: {items}.</source>
        <translation>该核查表没有核查项“{item}”。请从以下选择：{items}。</translation>
    </message>
    <message>
        <source>{asset} has no such checklist. Check its id.</source>
        <translation>{asset} 没有该核查表。请核对编号。</translation>
    </message>
    <message>
        <source>{list} of {asset}</source>
        <translation>{asset} 的{list}</translation>
    </message>
    <message>
        <source>Not entered for {month}: bring in a table of indicators.</source>
        <translation>{month} 尚未录入：请导入指标表。</translation>
    </message>
    <message>
        <source>{x} contains latitudes and {y} longitudes, as their texts say; they were swapped.</source>
        <translation>{x} 列写的是纬度、{y} 列写的是经度，已对调。</translation>
    </message>
    <message>
        <source>The location was taken from the columns {columns}.</source>
        <translation>位置取自 {columns} 各列。</translation>
    </message>
    <message>
        <source>“end_x” and “end_y” make lines, which the table {table} does not accept.</source>
        <translation>“end_x”“end_y”生成线，表 {table} 不接受线。</translation>
    </message>
    <message>
        <source>“geometry” must be the columns {example}, of lines {ends}, or {other}.</source>
        <translation>“geometry”应为坐标列 {example}，线为 {ends}，或为 {other}。</translation>
    </message>
    <message>
        <source>Places from columns</source>
        <translation>由坐标列取得位置</translation>
    </message>
    <message>
        <source>End: {name}</source>
        <translation>终点：{name}</translation>
    </message>
    <message>
        <source>Start: {name}</source>
        <translation>起点：{name}</translation>
    </message>
    <message>
        <source>{name}: a line needs the columns of both ends. Choose those of the other end, too.</source>
        <translation>{name}：线需要两端的坐标列，请再选择另一端的列。</translation>
    </message>
    <message>
        <source>{file}: line {line} is not valid KML. Save the file again in the program it comes from.</source>
        <translation>{file}：第 {line} 行不是有效的 KML。请在原软件中重新保存。</translation>
    </message>
    <message numerus="yes">
        <source>%n link(s) to other files are not followed. Add those files, too.</source>
        <translation>
            <numerusform>有 %n 处指向其他文件的链接未读取，请一并添加这些文件。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s) on the map are left out.</source>
        <translation>
            <numerusform>地图上的 %n 张图片未读取。</numerusform>
        </translation>
    </message>
    <message>
        <source>The location was taken from the column {column}.</source>
        <translation>位置取自“{column}”列。</translation>
    </message>
    <message>
        <source>Hours of the crew in this month; double-click to change them</source>
        <translation>该班组本月工时；双击修改</translation>
    </message>
    <message>
        <source>Its hours don&apos;t suffice for what is due.</source>
        <translation>工时不足以完成到期的待办。</translation>
    </message>
    <message>
        <source>Crew {number}</source>
        <translation>班组 {number}</translation>
    </message>
    <message>
        <source>Plan of a month</source>
        <translation>月度作业计划</translation>
    </message>
    <message>
        <source>Write the plan as work items, one batch that can be undone</source>
        <translation>将作业计划写成工单，为可撤销的一个批次</translation>
    </message>
    <message>
        <source>XLSX and day sheets…</source>
        <translation>XLSX 和作业单…</translation>
    </message>
    <message>
        <source>A workbook for each crew and a PDF with maps for each of its days, in a folder</source>
        <translation>在文件夹中为每个班组生成一个工作簿，并为其每个作业日生成一份带图的 PDF</translation>
    </message>
    <message>
        <source>Add a crew</source>
        <translation>添加班组</translation>
    </message>
    <message>
        <source>A crew that no grid names; untick one that takes no part</source>
        <translation>添加网格未指定的班组；不参加的班组取消勾选</translation>
    </message>
    <message>
        <source>Plan again</source>
        <translation>重新编制</translation>
    </message>
    <message>
        <source>Save the duties…</source>
        <translation>保存待办…</translation>
    </message>
    <message>
        <source>Planning the month</source>
        <translation>正在编制作业计划</translation>
    </message>
    <message>
        <source>No crew takes part. Tick one.</source>
        <translation>没有班组参加。请勾选一个。</translation>
    </message>
    <message>
        <source>Planning was stopped. Press “Plan again”.</source>
        <translation>编制已停止。请单击“重新编制”。</translation>
    </message>
    <message numerus="yes">
        <source>%n work item(s) of {month} written.</source>
        <translation>
            <numerusform>已写入 {month} 的 %n 张工单。</numerusform>
        </translation>
    </message>
    <message>
        <source>Writing work items</source>
        <translation>正在写入工单</translation>
    </message>
    <message>
        <source>Folder of the lists and day sheets</source>
        <translation>清单和作业单的文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%n list(s) and day sheet(s) written to {path}.</source>
        <translation>
            <numerusform>已将 %n 份清单和作业单写入 {path}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Writing lists and day sheets</source>
        <translation>正在写入清单和作业单</translation>
    </message>
    <message>
        <source>duties</source>
        <comment>name of a file</comment>
        <translation>待办</translation>
    </message>
    <message>
        <source>Drains, %</source>
        <translation>管道，%</translation>
    </message>
    <message>
        <source>Covers, %</source>
        <translation>井口，%</translation>
    </message>
    <message>
        <source>Due on {day}</source>
        <translation>{day} 到期</translation>
    </message>
    <message>
        <source>Not planned: its hours don&apos;t suffice, or its day is not known.</source>
        <translation>未安排：工时不足，或到期日不明。</translation>
    </message>
    <message>
        <source>Below the rate of the month</source>
        <translation>低于月度完成率指标</translation>
    </message>
    <message>
        <source>The rate of the month is kept</source>
        <translation>达到月度完成率指标</translation>
    </message>
    <message>
        <source>Plan of a month…</source>
        <translation>月度作业计划…</translation>
    </message>
    <message>
        <source>WaterNet: depths of a tank</source>
        <translation>WaterNet：池内实测厚度</translation>
    </message>
    <message>
        <source>A new tank has no depths yet.</source>
        <translation>新池还没有实测厚度。</translation>
    </message>
    <message>
        <source>No depths of it are on record: import them as readings to see them here.</source>
        <translation>没有该池的厚度记录：作为读数导入后在此显示。</translation>
    </message>
    <message>
        <source>{asset} has no place on the map. Draw it first.</source>
        <translation>{asset} 没有图上位置，请先绘制。</translation>
    </message>
    <message>
        <source>Click an outfall</source>
        <translation>点选排放口</translation>
    </message>
    <message>
        <source>Work order</source>
        <comment>its number</comment>
        <translation>工单号</translation>
    </message>
    <message>
        <source>Found</source>
        <comment>what a crew found</comment>
        <translation>现场情况</translation>
    </message>
    <message>
        <source>Found</source>
        <comment>in a file</comment>
        <translation>文件中的情况</translation>
    </message>
    <message>
        <source>Write all ticks of this list with the day of today, as one batch</source>
        <translation>将本核查表的全部勾选按今天的日期写入，作为一个批次</translation>
    </message>
    <message>
        <source>not saved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>items of programmes; editions of map books</source>
        <translation>专项任务清单；图册版次</translation>
    </message>
    <message>
        <source>Another way is as long: it leads through {pipes}.</source>
        <translation>另有一条等长的路径，经过 {pipes}。</translation>
    </message>
    <message>
        <source>“values” of {name} contains “{key}” twice.</source>
        <translation>“values”中 {name} 有两个“{key}”。</translation>
    </message>
    <message>
        <source>it contains “{key}” twice; keep one of them</source>
        <translation>“{key}”出现两次，请保留其一</translation>
    </message>
    <message>
        <source>Listed as issues, {n} ({assets}): {text}</source>
        <translation>列为问题 {n} 条（{assets}）：{text}</translation>
    </message>
    <message>
        <source>A workbook, a sheet a list: items of compounds, zones, intake points and pump rooms.</source>
        <translation>工作簿，每张核查表一个工作表：小区、零直排区、取水点和泵房的各核查项。</translation>
    </message>
    <message>
        <source>Writes a work order for each asset, where it is, as one batch: to repair, clean or inspect it, or to locate the leak that an alarm suspects on a pipe. It also orders what raises the score of compounds, and what a checklist lacks. Orders in one compound are one visit. An asset with a running order for the same is refused. recordwork records what becomes of orders; recorddig closes those that locate a leak.</source>
        <translation>为每处设施在其位置开一张工单，作为一个批次：维修、清疏或检查，或对报警所疑管段探漏。也可为提高小区评分的作业和核查表所缺各项开单。同一小区的工单为一次上门。已有同类未完成工单的设施不予开单。recordwork 登记工单的进展；recorddig 关闭探漏工单。</translation>
    </message>
    <message>
        <source>Compounds to raise</source>
        <translation>待提分的小区</translation>
    </message>
    <message>
        <source>Ids of compounds, by semicolons: the work of fewest hours that raises each score a grade.</source>
        <translation>小区编号，以分号分隔：为使各评分提高一级所需工时最少的作业开单。</translation>
    </message>
    <message>
        <source>Orders for what this list lacks of ASSETS (empty: of all); what runs already is left out.</source>
        <translation>为 ASSETS（留空为全部）在该核查表中所缺各项开单；已派工的略过。</translation>
    </message>
    <message>
        <source>What is to be done; the default takes what the rule of ISSUES asks for.</source>
        <translation>作业内容；默认按 ISSUES 的规则要求。</translation>
    </message>
    <message>
        <source>Enter one of PIPES, ASSETS, ISSUES and RAISE.</source>
        <translation>PIPES、ASSETS、ISSUES 和 RAISE 中只填一项。</translation>
    </message>
    <message>
        <source>CHECKLIST goes with ASSETS alone. Leave the others empty.</source>
        <translation>CHECKLIST 只能与 ASSETS 同用。其余请留空。</translation>
    </message>
    <message>
        <source>{state}: {names}</source>
        <comment>checklist</comment>
        <translation>{state}：{names}</translation>
    </message>
    <message>
        <source>Map</source>
        <comment>switch</comment>
        <translation>地图着色</translation>
    </message>
    <message>
        <source>Areas in the colour of how many items are met</source>
        <translation>按已满足的项数为区域着色</translation>
    </message>
    <message>
        <source>Work items</source>
        <translation>工单</translation>
    </message>
    <message>
        <source>Write work orders for what the chosen one lacks, as one batch that can be undone</source>
        <translation>为所选对象所缺各项开工单，作为一个可撤销的批次</translation>
    </message>
    <message>
        <source>Save the whole list as a workbook</source>
        <translation>将整张核查表存为工作簿</translation>
    </message>
    <message>
        <source>The map tells this.</source>
        <translation>此项由图上数据判定。</translation>
    </message>
    <message>
        <source>The checklist is written to {path}.</source>
        <translation>核查表已写入 {path}。</translation>
    </message>
    <message>
        <source>Met</source>
        <comment>items</comment>
        <translation>满足</translation>
    </message>
    <message>
        <source>Items met</source>
        <translation>已满足项数</translation>
    </message>
    <message>
        <source>RAISE and CHECKLIST say what is to be done. Leave TYPE, NOTE, ALARM and METHOD empty.</source>
        <translation>RAISE 和 CHECKLIST 已确定作业内容。TYPE、NOTE、ALARM 和 METHOD 请留空。</translation>
    </message>
    <message>
        <source>No further work raises the score of {names} by a grade.</source>
        <translation>没有可再安排的作业能使 {names} 的评分提高一级。</translation>
    </message>
    <message>
        <source>This checklist lacks nothing there for which a crew is sent.</source>
        <translation>该核查表中没有需要派工的缺项。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a day. Write it as YYYY-MM-DD in the settings table.</source>
        <translation>设置项 {key} 的值“{value}”不是日期。请在设置表中按 YYYY-MM-DD 填写。</translation>
    </message>
    <message>
        <source>There is no programme “{code}”. Choose one of: {programmes}.</source>
        <translation>没有专项任务“{code}”，请选择：{programmes}。</translation>
    </message>
    <message>
        <source>Setting {key}: “{value}” is not a stated total. Write a number, or with its unit: 85 compounds.</source>
        <translation>设置项 {key} 的值“{value}”不是上报数。请填写数字，或带单位，例如 85个小区。</translation>
    </message>
    <message>
        <source>Each of them, easy and urgent ones first</source>
        <translation>明细（先易后难、先急后缓）</translation>
    </message>
    <message>
        <source>Without an agreement</source>
        <translation>未签协议</translation>
    </message>
    <message>
        <source>{programme}: ledger</source>
        <translation>{programme}工作台账</translation>
    </message>
    <message>
        <source>The programme has no items.</source>
        <translation>该专项任务没有条目。</translation>
    </message>
    <message>
        <source>{parts} are done.</source>
        <translation>已完成 {parts}。</translation>
    </message>
    <message>
        <source>Of {items} items {done} are done, {refused} refused, {unsigned} without an agreement.</source>
        <translation>共 {items} 项，已完成 {done} 项，拒绝 {refused} 项，未签协议 {unsigned} 项。</translation>
    </message>
    <message>
        <source>Counted in</source>
        <translation>计量单位</translation>
    </message>
    <message>
        <source>no state given</source>
        <translation>未填状态</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>项数</translation>
    </message>
    <message>
        <source>By state</source>
        <translation>按状态</translation>
    </message>
    <message>
        <source>under 5 years</source>
        <translation>不满5年</translation>
    </message>
    <message>
        <source>5 to 10 years</source>
        <translation>5～10年</translation>
    </message>
    <message>
        <source>over 10 years</source>
        <translation>超过10年</translation>
    </message>
    <message>
        <source>day of delivery not known</source>
        <translation>交付日期不明</translation>
    </message>
    <message>
        <source>By age on {day}</source>
        <translation>按交付年限（基准日 {day}）</translation>
    </message>
    <message>
        <source>Accepted or inspected before an earlier gate was passed: {items}.</source>
        <translation>前一关口未过即检查或验收：{items}。</translation>
    </message>
    <message>
        <source>Gate</source>
        <translation>关口</translation>
    </message>
    <message>
        <source>Gates: design, construction, acceptance; reading, charging and service to each household</source>
        <translation>三个关口（设计、施工、验收）与三到户（抄表、收费、服务）</translation>
    </message>
    <message>
        <source>The parts don&apos;t add up to the cost of: {items}.</source>
        <translation>分摊合计与投资不符：{items}。</translation>
    </message>
    <message>
        <source>Cost and who pays</source>
        <translation>投资与分摊</translation>
    </message>
    <message>
        <source>Sum</source>
        <translation>累计数</translation>
    </message>
    <message>
        <source>Proposed for {year}</source>
        <translation>{year} 年拟申报</translation>
    </message>
    <message>
        <source>None.</source>
        <translation>无。</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>{items}, {cost} together.</source>
        <translation>{items}，投资合计 {cost}。</translation>
    </message>
    <message>
        <source>No compound of the map belongs to: {items}.</source>
        <translation>图上无对应小区：{items}。</translation>
    </message>
    <message>
        <source>Not known how many: {items}.</source>
        <translation>数量不明：{items}。</translation>
    </message>
    <message>
        <source>More households opted out than there are: {items}.</source>
        <translation>不参与户数多于总户数：{items}。</translation>
    </message>
    <message>
        <source>The planned month can&apos;t be read: {items}.</source>
        <translation>计划月份无法识别：{items}。</translation>
    </message>
    <message>
        <source>A state that this programme does not have: {items}.</source>
        <translation>状态不属于本专项任务：{items}。</translation>
    </message>
    <message>
        <source>The developer is gone or can&apos;t be found: {items}.</source>
        <translation>开发企业已注销、解散或无法联系：{items}。</translation>
    </message>
    <message>
        <source>To put right</source>
        <translation>待补正</translation>
    </message>
    <message>
        <source>By responsible unit</source>
        <translation>按责任单位</translation>
    </message>
    <message>
        <source>{programme}: report of {month}</source>
        <translation>{programme} {month} 月报</translation>
    </message>
    <message>
        <source>Of the plan of {month}, {parts} are fulfilled.</source>
        <translation>{month} 计划已完成 {parts}。</translation>
    </message>
    <message>
        <source>Nothing was planned for {month}.</source>
        <translation>{month} 无计划任务。</translation>
    </message>
    <message>
        <source>{made} were done in this month.</source>
        <translation>当月完成 {made}。</translation>
    </message>
    <message>
        <source>Below plan: {names}.</source>
        <translation>未完成计划：{names}。</translation>
    </message>
    <message>
        <source>(not named)</source>
        <translation>（未填）</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划数</translation>
    </message>
    <message>
        <source>Fulfilled</source>
        <translation>完成计划数</translation>
    </message>
    <message>
        <source>Rate, %</source>
        <translation>完成率（%）</translation>
    </message>
    <message>
        <source>Done in the month</source>
        <translation>当月完成数</translation>
    </message>
    <message>
        <source>Units below plan</source>
        <translation>未完成计划的单位</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>差数</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>未填原因</translation>
    </message>
    <message>
        <source>left</source>
        <translation>剩余</translation>
    </message>
    <message>
        <source>left by the plan</source>
        <translation>按计划剩余</translation>
    </message>
    <message>
        <source>What is left at the end of each month</source>
        <translation>各月末剩余数</translation>
    </message>
    <message>
        <source>At the end of {month} {left} are left</source>
        <translation>{month} 月末剩余 {left}</translation>
    </message>
    <message>
        <source>Plan since the beginning</source>
        <translation>累计计划数</translation>
    </message>
    <message>
        <source>Done since the beginning</source>
        <translation>累计完成数</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>剩余数</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>实施阶段</translation>
    </message>
    <message>
        <source>Stated total</source>
        <translation>上报数</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差额</translation>
    </message>
    <message>
        <source>Sum by reason</source>
        <translation>按列入原因累计</translation>
    </message>
    <message>
        <source>all phases</source>
        <translation>各阶段合计</translation>
    </message>
    <message>
        <source>Stated totals</source>
        <translation>上报数与累计数</translation>
    </message>
    <message>
        <source>{reason}: {count}</source>
        <translation>{reason}：{count}</translation>
    </message>
    <message>
        <source>{phase}: {stated} stated, the items add up to {sum} ({parts}): a difference of {difference}.</source>
        <translation>{phase}：上报 {stated}，累计 {sum}（{parts}），差额 {difference}。</translation>
    </message>
    <message numerus="yes">
        <source>Items whose count is not known add nothing to the sums: %n.</source>
        <translation>
            <numerusform>数量不明、未计入合计的条目：%n 项。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Planned months that can&apos;t be read: %n.</source>
        <translation>
            <numerusform>计划月份无法识别的条目：%n 项。</numerusform>
        </translation>
    </message>
    <message>
        <source>All programmes</source>
        <translation>全部专项任务</translation>
    </message>
    <message>
        <source>compounds</source>
        <comment>counted</comment>
        <translation>小区</translation>
    </message>
    <message>
        <source>January</source>
        <translation>1月</translation>
    </message>
    <message>
        <source>February</source>
        <translation>2月</translation>
    </message>
    <message>
        <source>March</source>
        <translation>3月</translation>
    </message>
    <message>
        <source>April</source>
        <translation>4月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5月</translation>
    </message>
    <message>
        <source>June</source>
        <translation>6月</translation>
    </message>
    <message>
        <source>July</source>
        <translation>7月</translation>
    </message>
    <message>
        <source>August</source>
        <translation>8月</translation>
    </message>
    <message>
        <source>September</source>
        <translation>9月</translation>
    </message>
    <message>
        <source>October</source>
        <translation>10月</translation>
    </message>
    <message>
        <source>November</source>
        <translation>11月</translation>
    </message>
    <message>
        <source>December</source>
        <translation>12月</translation>
    </message>
    <message>
        <source>{count} {unit}</source>
        <comment>counted</comment>
        <translation>{count} {unit}</translation>
    </message>
    <message>
        <source>{part} of {whole} {unit}</source>
        <comment>counted</comment>
        <translation>{part}/{whole} {unit}</translation>
    </message>
    <message>
        <source>By unit and done dates…</source>
        <translation>按单位统计与完成日期…</translation>
    </message>
    <message>
        <source>Ledger</source>
        <translation>工作台账</translation>
    </message>
    <message>
        <source>Programme</source>
        <translation>专项任务</translation>
    </message>
    <message>
        <source>Shows a programme such as meters to each household, once its list was brought in.</source>
        <translation>导入清单后显示专项任务（如抄表到户）的进展。</translation>
    </message>
    <message>
        <source>Click for the table by unit and for done dates.</source>
        <translation>单击查看按单位统计并录入完成日期。</translation>
    </message>
    <message>
        <source>The report of last month</source>
        <translation>上月月报</translation>
    </message>
    <message>
        <source>Items for the chosen compounds</source>
        <translation>为所选小区新建条目</translation>
    </message>
    <message>
        <source>Choose rows, or compounds on the map: one day is entered for all of them.</source>
        <translation>选择列表中的行或图上的小区，可一次填入同一日期。</translation>
    </message>
    <message>
        <source>Done on</source>
        <translation>完成日期</translation>
    </message>
    <message>
        <source>Done on this day</source>
        <translation>当日完成</translation>
    </message>
    <message>
        <source>Enter the day for all that are chosen, as one batch</source>
        <translation>为所选全部填入日期，作为一个批次</translation>
    </message>
    <message>
        <source>Reading the items of the programme</source>
        <translation>正在读取专项任务条目</translation>
    </message>
    <message>
        <source>Entering done dates</source>
        <translation>正在录入完成日期</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are done on {day}.</source>
        <translation>
            <numerusform>%n 项已于 {day} 完成。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) are new.</source>
        <translation>
            <numerusform>新建 %n 项。</numerusform>
        </translation>
    </message>
    <message>
        <source>Of</source>
        <translation>总数</translation>
    </message>
    <message>
        <source>{unit} ({counted})</source>
        <translation>{unit}（{counted}）</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>条目</translation>
    </message>
    <message>
        <source>Compound id</source>
        <translation>小区编号</translation>
    </message>
    <message>
        <source>no compound of the map has this name</source>
        <translation>图上没有同名小区</translation>
    </message>
    <message>
        <source>{month}: nothing was planned</source>
        <translation>{month}：无计划任务</translation>
    </message>
    <message>
        <source>{month}: {part} of {whole}</source>
        <translation>{month}：{part}/{whole}</translation>
    </message>
    <message numerus="yes">
        <source>%n unit(s) below plan</source>
        <translation>
            <numerusform>%n 个单位未完成计划</numerusform>
        </translation>
    </message>
    <message>
        <source>{month}, {below}</source>
        <translation>{month}，{below}</translation>
    </message>
    <message>
        <source>Choose compounds on the map, or rows of the table, first.</source>
        <translation>请先在图上选择小区，或在表中选择行。</translation>
    </message>
    <message>
        <source>{day} is too early. Enter a day from {first} on.</source>
        <translation>{day} 过早，请填写 {first} 及以后的日期。</translation>
    </message>
    <message>
        <source>items of a programme for {compounds}</source>
        <translation>为小区新建专项任务条目：{compounds}</translation>
    </message>
    <message>
        <source>done on {day}: {items}</source>
        <translation>{day} 完成：{items}</translation>
    </message>
    <message>
        <source>Not in the network: {ids}. Check the ids.</source>
        <translation>管网中没有：{ids}。请核对编号。</translation>
    </message>
    <message>
        <source>Adding up the month</source>
        <translation>正在汇总当月数据</translation>
    </message>
    <message>
        <source>Writing the ledger</source>
        <translation>正在编制台账</translation>
    </message>
    <message>
        <source>There are no items of this programme. Bring in its list as the table {table} first.</source>
        <translation>该专项任务没有条目，请先将清单导入表 {table}。</translation>
    </message>
    <message>
        <source>Page {page} of {pages}, sheet {sheet}</source>
        <translation>第 {page}/{pages} 页，图幅 {sheet}</translation>
    </message>
    <message>
        <source>This QGIS can&apos;t write geo-PDF. Choose FORMAT pdf.</source>
        <translation>此 QGIS 不能写出地理 PDF。请将 FORMAT 选为 pdf。</translation>
    </message>
    <message>
        <source>The page {path} can&apos;t be written: {reason}.</source>
        <translation>无法写出页面 {path}：{reason}。</translation>
    </message>
    <message>
        <source>the reason is not known</source>
        <translation>原因不明</translation>
    </message>
    <message>
        <source>{path} has no map with the item id “map”. Add one, or go back to the shipped page.</source>
        <translation>{path} 中没有标识为“map”的地图。请添加，或恢复自带页面。</translation>
    </message>
    <message>
        <source>The map of {path} is {wide:g} × {high:g} mm, but the sheets need {width:g} × {height:g} mm. Give the map this size, or go back to the shipped page.</source>
        <translation>{path} 中的地图为 {wide:g} × {high:g} mm，而图幅需要 {width:g} × {height:g} mm。请将地图设为此尺寸，或恢复自带页面。</translation>
    </message>
    <message>
        <source>Papers</source>
        <translation>管理报表</translation>
    </message>
    <message>
        <source>Which paper.</source>
        <translation>哪一种报表。</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Day on which all is judged, as YYYY-MM-DD; empty: today.</source>
        <translation>评定所依据的日期，格式 YYYY-MM-DD；留空为今天。</translation>
    </message>
    <message>
        <source>Language of the paper, en or zh_CN; empty: the language of QGIS.</source>
        <translation>报表的语言，en 或 zh_CN；留空为 QGIS 的语言。</translation>
    </message>
    <message>
        <source>Paper as a file</source>
        <translation>报表文件</translation>
    </message>
    <message>
        <source>A file that ends in .pdf, .docx, .xlsx or .html, with all subjects; or a folder, which gets a PDF for each subject, named by its id. An existing file is replaced.</source>
        <translation>以 .pdf、.docx、.xlsx 或 .html 结尾的文件，包含全部对象；或一个文件夹，每个对象一个以其编号命名的 PDF。已有文件将被替换。</translation>
    </message>
    <message>
        <source>Subjects without a paper</source>
        <translation>未能生成报表的对象数</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) written.</source>
        <translation>
            <numerusform>已写出 %n 个文件。</numerusform>
        </translation>
    </message>
    <message>
        <source>Or choose a name that ends in .pdf or .html.</source>
        <translation>或者改用以 .pdf 或 .html 结尾的文件名。</translation>
    </message>
    <message>
        <source>boundary on the map</source>
        <translation>图上边界</translation>
    </message>
    <message>
        <source>pipes</source>
        <translation>管段</translation>
    </message>
    <message>
        <source>users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>permits of users who need one</source>
        <translation>应办证用户的排水许可</translation>
    </message>
    <message>
        <source>agreements</source>
        <translation>协议</translation>
    </message>
    <message>
        <source>cleaning dates of tanks</source>
        <translation>池体清掏日期</translation>
    </message>
    <message>
        <source>Households: {households}. Pipes in use: {pipes} ({length}). Tanks: {tanks}. Users: {users}.</source>
        <translation>户数：{households}。在用管段：{pipes} 段（{length}）。池体：{tanks} 座。用户：{users} 个。</translation>
    </message>
    <message>
        <source>Book of {compound}</source>
        <translation>一户一册：{compound}</translation>
    </message>
    <message>
        <source>All {count} facts are recorded.</source>
        <translation>{count} 项内容均已记录。</translation>
    </message>
    <message>
        <source>{missing} of {count} facts are missing: {facts}.</source>
        <translation>{count} 项内容中缺 {missing} 项：{facts}。</translation>
    </message>
    <message>
        <source>name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>type</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>hand-over mode</source>
        <translation>移交方式</translation>
    </message>
    <message>
        <source>drainage</source>
        <translation>排水体制</translation>
    </message>
    <message>
        <source>kind of boundary</source>
        <translation>边界类型</translation>
    </message>
    <message>
        <source>status</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>grid</source>
        <translation>排水网格</translation>
    </message>
    <message>
        <source>manager</source>
        <translation>管理单位</translation>
    </message>
    <message>
        <source>1. Registration</source>
        <translation>一、登记信息</translation>
    </message>
    <message>
        <source>Fact</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Recorded</source>
        <translation>记录内容</translation>
    </message>
    <message>
        <source>2. Users and permits</source>
        <translation>二、用户与排水许可</translation>
    </message>
    <message>
        <source>No users are recorded.</source>
        <translation>未录入用户。</translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>none, needed</source>
        <translation>应办未办</translation>
    </message>
    <message>
        <source>none needed</source>
        <translation>无需办理</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Trade</source>
        <translation>行业</translation>
    </message>
    <message>
        <source>Permit</source>
        <translation>许可证号</translation>
    </message>
    <message>
        <source>Users: {users}. Permits expired: {expired}. Users who need a permit and have none: {without}.</source>
        <translation>用户：{users} 个。许可已过期：{expired} 个。应办证而未办证：{without} 个。</translation>
    </message>
    <message>
        <source>3. Plan</source>
        <translation>三、平面图</translation>
    </message>
    <message>
        <source>Nothing of the compound has a place on the map.</source>
        <translation>该小区在图上没有任何要素。</translation>
    </message>
    <message>
        <source>No boundary is recorded: drawn is where its pipes lie.</source>
        <translation>未录入边界：图示为其管段所在位置。</translation>
    </message>
    <message>
        <source>T: tanks.</source>
        <translation>T：池体。</translation>
    </message>
    <message>
        <source>4. Agreements</source>
        <translation>四、协议</translation>
    </message>
    <message>
        <source>No agreements are recorded.</source>
        <translation>未录入协议。</translation>
    </message>
    <message>
        <source>5. Facilities handed over</source>
        <translation>五、移交设施</translation>
    </message>
    <message>
        <source>No pipes in use name this compound.</source>
        <translation>没有在用管段登记在该小区名下。</translation>
    </message>
    <message>
        <source>Pipes in use: {count}, {length}.</source>
        <translation>在用管段：{count} 段，{length}。</translation>
    </message>
    <message>
        <source>Points in use</source>
        <translation>在用管点</translation>
    </message>
    <message>
        <source>Tanks and when they are due</source>
        <translation>池体及清掏到期日</translation>
    </message>
    <message>
        <source>No tanks are recorded.</source>
        <translation>未录入池体。</translation>
    </message>
    <message>
        <source>Tanks: {tanks}. Overdue: {overdue}. Due within 30 days: {due}. Never cleaned: {unknown}.</source>
        <translation>池体：{tanks} 座。逾期：{overdue} 座。30 天内到期：{due} 座。无清掏记录：{unknown} 座。</translation>
    </message>
    <message numerus="yes">
        <source>%n open finding(s).</source>
        <translation>
            <numerusform>未处理问题 %n 条。</numerusform>
        </translation>
    </message>
    <message>
        <source>No open findings.</source>
        <translation>没有未处理的问题。</translation>
    </message>
    <message>
        <source>6. Findings, grades and works</source>
        <translation>六、问题、评级与作业</translation>
    </message>
    <message>
        <source>No score: nothing is known of the month before.</source>
        <translation>无评分：上月没有可用的记录。</translation>
    </message>
    <message>
        <source>Score of {month}: {points} points, grade {grade}; zero discharge: {zero}.</source>
        <translation>{month} 评分：{points} 分，等级：{grade}；零直排：{zero}。</translation>
    </message>
    <message>
        <source>Works</source>
        <translation>作业</translation>
    </message>
    <message>
        <source>No work items are recorded.</source>
        <translation>未录入工单。</translation>
    </message>
    <message>
        <source>Closed on</source>
        <translation>完成日期</translation>
    </message>
    <message>
        <source>The first {listed} of {count}.</source>
        <translation>共 {count} 条，列出前 {listed} 条。</translation>
    </message>
    <message>
        <source>Never cleaned</source>
        <translation>无清掏记录</translation>
    </message>
    <message>
        <source>Permits expired</source>
        <translation>许可过期</translation>
    </message>
    <message>
        <source>Facts missing</source>
        <translation>缺项数</translation>
    </message>
    <message>
        <source>Households are not recorded of {compounds}; the sum is without them.</source>
        <translation>{compounds} 未录入户数，合计不含这些小区。</translation>
    </message>
    <message numerus="yes">
        <source>Books of %n compound(s)</source>
        <translation>
            <numerusform>%n 个小区的一户一册</numerusform>
        </translation>
    </message>
    <message>
        <source>Households: {households}. Pipes in use: {length}. Tanks overdue: {overdue} of {tanks}.</source>
        <translation>户数：{households}。在用管段：{length}。逾期池体：{tanks} 座中的 {overdue} 座。</translation>
    </message>
    <message>
        <source>The compounds</source>
        <translation>小区一览</translation>
    </message>
    <message>
        <source>{network}, as of {day}</source>
        <translation>{network}，截至 {day}</translation>
    </message>
    <message>
        <source>By system</source>
        <translation>按系统</translation>
    </message>
    <message>
        <source>By diameter</source>
        <translation>按管径</translation>
    </message>
    <message>
        <source>By material</source>
        <translation>按管材</translation>
    </message>
    <message>
        <source>By decade of installation</source>
        <translation>按敷设年代</translation>
    </message>
    <message>
        <source>By owner</source>
        <translation>按权属单位</translation>
    </message>
    <message>
        <source>Decade</source>
        <translation>年代</translation>
    </message>
    <message>
        <source>Owner</source>
        <translation>权属单位</translation>
    </message>
    <message>
        <source>boundary</source>
        <translation>边界</translation>
    </message>
    <message>
        <source>other pipes</source>
        <translation>其他管段</translation>
    </message>
    <message numerus="yes">
        <source>%n pipe(s) in use, {length} in all.</source>
        <translation>
            <numerusform>在用管段 %n 段，共 {length}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Counted are pipes with the status in use, without connectors of pumps and valves.</source>
        <translation>统计状态为“在用”的管段，不含泵、阀的连接段。</translation>
    </message>
    <message>
        <source>Without a length, counted with 0 m: {count} pipes.</source>
        <translation>没有长度、按 0 m 计的管段：{count} 段。</translation>
    </message>
    <message>
        <source>How this is counted</source>
        <translation>统计口径</translation>
    </message>
    <message>
        <source>Pipe network statistics</source>
        <translation>管网统计</translation>
    </message>
    <message>
        <source>By district</source>
        <translation>按行政区</translation>
    </message>
    <message>
        <source>The network has no zones of the kind district.</source>
        <translation>管网中没有类型为行政区的分区。</translation>
    </message>
    <message>
        <source>District</source>
        <comment>administrative</comment>
        <translation>行政区</translation>
    </message>
    <message>
        <source>Length inside, m</source>
        <translation>区内长度（m）</translation>
    </message>
    <message>
        <source>A pipe that crosses a boundary counts in each district, with the length inside. The whole network less the sum: {rest} m.</source>
        <translation>跨界管段在各区分别计数，长度按区内部分计。全网与合计之差：{rest} m。</translation>
    </message>
    <message>
        <source>papers for Word</source>
        <translation>Word 报表</translation>
    </message>
    <message>
        <source>The Python package {name} is missing or too old. Type: {command} Then restart QGIS.</source>
        <translation>缺少 Python 包 {name} 或其版本过旧。请输入：{command} 然后重启 QGIS。</translation>
    </message>
    <message>
        <source>No paper could be made.</source>
        <translation>没有生成任何报表。</translation>
    </message>
    <message>
        <source>Plan of {compound}</source>
        <translation>{compound} 平面图</translation>
    </message>
    <message>
        <source>agreement signed</source>
        <translation>签订协议</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>验收</translation>
    </message>
    <message>
        <source>taken over</source>
        <translation>接收</translation>
    </message>
    <message>
        <source>refused</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>edition {number}</source>
        <translation>第 {number} 版</translation>
    </message>
    <message>
        <source>data of {day}, batch {batch}</source>
        <translation>数据截至 {day}，批次 {batch}</translation>
    </message>
    <message>
        <source>Compound book</source>
        <translation>一户一册</translation>
    </message>
    <message>
        <source>Statistics for the yearbook</source>
        <translation>年鉴管网统计</translation>
    </message>
    <message>
        <source>The network has no rows in the table {table}. Draw them or bring them in first.</source>
        <translation>管网的“{table}”表中没有数据。请先绘制或导入。</translation>
    </message>
    <message>
        <source>SUBJECT: {ids} is not in the table {table}. Known are: {known}.</source>
        <translation>SUBJECT：“{table}”表中没有 {ids}。已有：{known}。</translation>
    </message>
    <message>
        <source>Compounds by programme</source>
        <translation>专项任务小区</translation>
    </message>
    <message>
        <source>Map of the programme</source>
        <translation>专项任务图</translation>
    </message>
    <message numerus="yes">
        <source>Compounds found by their names: %n.</source>
        <translation>
            <numerusform>按名称对应到小区：%n 个。</numerusform>
        </translation>
    </message>
    <message>
        <source>No compound of the network has the name: {names}.</source>
        <translation>管网中没有同名小区：{names}。</translation>
    </message>
    <message>
        <source>Several compounds have the name, none was taken: {names}.</source>
        <translation>有多个同名小区，均未对应：{names}。</translation>
    </message>
    <message>
        <source>{name} ({compounds})</source>
        <translation>{name}（{compounds}）</translation>
    </message>
    <message>
        <source>File: {column}</source>
        <translation>文件：{column}</translation>
    </message>
    <message>
        <source>Taken: {field}</source>
        <translation>采用：{field}</translation>
    </message>
    <message>
        <source>users, meters and contracts</source>
        <translation>用户、水表与合同</translation>
    </message>
    <message>
        <source>Contracts</source>
        <translation>合同</translation>
    </message>
    <message>
        <source>Compares the result period of each contract with its baseline: supply and leakage rate of its zone, else of its compound, the water saved for as many days, and whether the targets are reached. Where volumes cover too few days that is not known. Weather and growth are left as they are. Nothing is written to the network.</source>
        <translation>将各合同考核期与基准期对比：所属分区（无分区时为小区）的供水量与漏损率、按同等天数计算的节水量，以及是否达到目标。水量覆盖天数不足时结论为不明。不作气温与增长修正。不写入管网。</translation>
    </message>
    <message>
        <source>Ids of contracts, separated by commas or semicolons. Empty: all.</source>
        <translation>合同编号，以逗号或分号分隔。留空：全部。</translation>
    </message>
    <message>
        <source>One row a contract.</source>
        <translation>每份合同一行。</translation>
    </message>
    <message>
        <source>The contracts as a page; figures in a .json file next to it.</source>
        <translation>合同对比页面；数据存入同名 .json 文件。</translation>
    </message>
    <message>
        <source>Targets reached</source>
        <translation>达标合同数</translation>
    </message>
    <message>
        <source>Users by volume</source>
        <translation>用户用水量排名</translation>
    </message>
    <message>
        <source>Ranks users, or compounds by the sums of their users, by what they took in a period: bills by the share of their days, where a user has none the readings of its meter. Tells the share of all, the use of the quota, what is above the plan, sub-meters, when the next water balance test is due and reclaimed water; then takes a band of volumes, those with or without sub-meters, the top, or a sample by chance. Nothing is written to the network.</source>
        <translation>按一段时期的用水量对用户（或按小区合计）排名：账单水量按天数比例计入，无账单的用户取其水表读数。列出占比、定额使用率、超计划水量、是否有分表、下次水平衡测试日期与再生水利用率；再按水量区间、有无分表、前若干名或随机抽查取出所需用户。不写入管网。</translation>
    </message>
    <message>
        <source>First day, YYYY-MM-DD. Empty: the first day of customers’ volumes.</source>
        <translation>起始日期，YYYY-MM-DD。留空：用户水量的最早日期。</translation>
    </message>
    <message>
        <source>Last day, YYYY-MM-DD, included. Empty: the last day of customers’ volumes.</source>
        <translation>截止日期（含），YYYY-MM-DD。留空：用户水量的最晚日期。</translation>
    </message>
    <message>
        <source>Ranked by</source>
        <translation>排名对象</translation>
    </message>
    <message>
        <source>Customers, or compounds by the sums of their customers.</source>
        <translation>用户，或按用户合计的小区。</translation>
    </message>
    <message>
        <source>Trades</source>
        <translation>行业</translation>
    </message>
    <message>
        <source>Codes of the list of trades, separated by commas or semicolons. Empty: all users.</source>
        <translation>行业列表中的代码，以逗号或分号分隔。留空：全部用户。</translation>
    </message>
    <message>
        <source>Managed by</source>
        <translation>管理级别</translation>
    </message>
    <message>
        <source>1: the city, 2: the district. Empty: all users.</source>
        <translation>1：市管，2：区管。留空：全部用户。</translation>
    </message>
    <message>
        <source>From volume (m³)</source>
        <translation>水量下限（m³）</translation>
    </message>
    <message>
        <source>Least volume of the period, m³. Empty: no limit.</source>
        <translation>时期内最小水量，m³。留空：不限。</translation>
    </message>
    <message>
        <source>To volume (m³)</source>
        <translation>水量上限（m³）</translation>
    </message>
    <message>
        <source>Greatest volume of the period, m³. Empty: no limit.</source>
        <translation>时期内最大水量，m³。留空：不限。</translation>
    </message>
    <message>
        <source>Sub-metered</source>
        <translation>有分表</translation>
    </message>
    <message>
        <source>Users whose meter has sub-meters, or has none. Empty: both.</source>
        <translation>水表下有分表或无分表的用户。留空：两者均取。</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>前若干名</translation>
    </message>
    <message>
        <source>So many of those that are left, the largest. Empty: all.</source>
        <translation>筛选后水量最大的若干个。留空：全部。</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>抽查</translation>
    </message>
    <message>
        <source>So many of those that are left, by chance. Empty: no sample.</source>
        <translation>从筛选结果中随机抽取的个数。留空：不抽查。</translation>
    </message>
    <message>
        <source>Sample as a share (0-1)</source>
        <translation>抽查比例（0～1）</translation>
    </message>
    <message>
        <source>This share of those that are left, by chance; the larger of both counts.</source>
        <translation>从筛选结果中随机抽取的比例；与个数取较大者。</translation>
    </message>
    <message>
        <source>Seed of the chance: the same seed draws the same users.</source>
        <translation>随机种子：种子相同则抽取的用户相同。</translation>
    </message>
    <message>
        <source>The users that are wanted at their places, the largest first.</source>
        <translation>所取用户及其位置，水量大者在前。</translation>
    </message>
    <message>
        <source>The list as a page; figures in a .json file next to it.</source>
        <translation>名单页面；数据存入同名 .json 文件。</translation>
    </message>
    <message>
        <source>Meters due</source>
        <translation>水表到期</translation>
    </message>
    <message>
        <source>Works out when each customer meter in use is due: after its verification, else after the middle of the year it was installed, six years up to DN 25, four up to DN 50, two above (JJG 162-2019, settings); with what new ones cost and the share of smart meters by district, metered area and compound. Nothing is written to the network.</source>
        <translation>推算各在用水表的到期日期：自检定日期起（无检定日期时自安装年份年中起），DN25 及以下六年，DN50 及以下四年，更大口径两年（JJG 162-2019，可在参数设置中修改）；并给出更换费用，以及各行政区、计量分区与小区的智能水表占比。不写入管网。</translation>
    </message>
    <message>
        <source>Day on which meters are judged, YYYY-MM-DD. Empty: today.</source>
        <translation>判定日期，YYYY-MM-DD。留空：今天。</translation>
    </message>
    <message>
        <source>Every meter in use at its place, the longest overdue first.</source>
        <translation>全部在用水表及其位置，逾期最久者在前。</translation>
    </message>
    <message>
        <source>Meters due by year, diameter, compound and month, smart meters; figures in a .json.</source>
        <translation>按年、口径、小区与月份列出到期水表及智能水表占比；数据存入 .json。</translation>
    </message>
    <message>
        <source>Cost of what is overdue or due</source>
        <translation>逾期与到期水表费用</translation>
    </message>
    <message>
        <source>Share of smart meters (0-1)</source>
        <translation>智能水表占比（0～1）</translation>
    </message>
    <message>
        <source>Compounds to renovate</source>
        <translation>应改造小区</translation>
    </message>
    <message>
        <source>Screens compounds: the leakage between bulk meters and customers in a period, pressure and water quality at risk. One of them is enough to renovate a compound. Tells the pipes, risers, pump rooms and meters that are due, and the cost inside the red line under five headings: leakage, works, meters, repairs, operation. What is not known stays unknown, and so does the sum. Nothing is written to the network.</source>
        <translation>筛查小区：一段时期的总分表漏损率、水压风险与水质风险，有其一即应改造。列出应改造的管道、立管、泵房与到期水表，并按漏耗、工程改造、水表更换、维修、运行管理五项测算红线内费用。不明者仍为不明，合计亦然。不写入管网。</translation>
    </message>
    <message>
        <source>Leakage limit (0-1)</source>
        <translation>漏损率限值（0～1）</translation>
    </message>
    <message>
        <source>Share of the supply above which a compound must be renovated. Empty: the setting, 0.05.</source>
        <translation>漏损率超过此值的小区应改造。留空：取参数设置值（0.05）。</translation>
    </message>
    <message>
        <source>Every compound, those that must be renovated first.</source>
        <translation>全部小区，应改造者在前。</translation>
    </message>
    <message>
        <source>Evidence, what is to be done and cost of each compound; figures in a .json file next to it.</source>
        <translation>各小区的依据、改造内容与费用；数据存入同名 .json 文件。</translation>
    </message>
    <message>
        <source>To be renovated</source>
        <translation>应改造</translation>
    </message>
    <message>
        <source>Users and meters</source>
        <translation>用户与水表</translation>
    </message>
    <message>
        <source>The network has no contracts.</source>
        <translation>管网中无合同。</translation>
    </message>
    <message>
        <source>{yes} of {contracts} contracts have reached their targets, {no} have not, of {unknown} it is not known.</source>
        <translation>共 {contracts} 份合同，{yes} 份达标，{no} 份未达标，{unknown} 份不明。</translation>
    </message>
    <message>
        <source>Contract</source>
        <translation>合同</translation>
    </message>
    <message>
        <source>Baseline (m³)</source>
        <translation>基准期水量（m³）</translation>
    </message>
    <message>
        <source>Result (m³)</source>
        <translation>考核期水量（m³）</translation>
    </message>
    <message>
        <source>Saved (m³)</source>
        <translation>节水量（m³）</translation>
    </message>
    <message>
        <source>Target (m³)</source>
        <translation>目标节水量（m³）</translation>
    </message>
    <message>
        <source>Leakage before (%)</source>
        <translation>基准期漏损率（%）</translation>
    </message>
    <message>
        <source>Leakage after (%)</source>
        <translation>考核期漏损率（%）</translation>
    </message>
    <message>
        <source>Target (%)</source>
        <translation>目标漏损率（%）</translation>
    </message>
    <message>
        <source>Reached</source>
        <translation>是否达标</translation>
    </message>
    <message>
        <source>The network has no customer meters in use.</source>
        <translation>管网中无在用水表。</translation>
    </message>
    <message>
        <source>On {on} {overdue} of {meters} meters are overdue, {due} more are due within a year; both cost {cost}.</source>
        <translation>截至 {on}，{meters} 只水表中 {overdue} 只逾期，另有 {due} 只一年内到期；两者费用合计 {cost}。</translation>
    </message>
    <message>
        <source>Of {count} meters the diameter, or both verification and year, is not known: so is their day.</source>
        <translation>{count} 只水表口径不明，或检定日期与安装年份均不明，到期日期无法推算。</translation>
    </message>
    <message>
        <source>{share} % of the meters are smart.</source>
        <translation>智能水表占 {share}%。</translation>
    </message>
    <message>
        <source>Meters out of use, in stock, stopped or scrapped are left out: {count}.</source>
        <translation>停用、库存与报废的水表未计入：{count} 只。</translation>
    </message>
    <message>
        <source>Due by year</source>
        <translation>分年到期</translation>
    </message>
    <message>
        <source>Due within a year, by diameter</source>
        <translation>一年内到期（按口径）</translation>
    </message>
    <message>
        <source>Nominal diameter</source>
        <translation>公称直径</translation>
    </message>
    <message>
        <source>Due within a year, by compound</source>
        <translation>一年内到期（按小区）</translation>
    </message>
    <message>
        <source>Due within a year, by month</source>
        <translation>一年内到期（按月）</translation>
    </message>
    <message>
        <source>Smart meters by district</source>
        <translation>各行政区智能水表</translation>
    </message>
    <message>
        <source>Smart meters by metered area</source>
        <translation>各计量分区智能水表</translation>
    </message>
    <message>
        <source>Smart meters by compound</source>
        <translation>各小区智能水表</translation>
    </message>
    <message>
        <source>Smart</source>
        <translation>智能水表</translation>
    </message>
    <message>
        <source>Type of meter</source>
        <translation>水表类型</translation>
    </message>
    <message>
        <source>Meter verified on</source>
        <translation>检定日期</translation>
    </message>
    <message>
        <source>{period}: {listed} of {users} compounds are listed, which took {m3} of {total} m³.</source>
        <translation>{period}：列出 {users} 个小区中的 {listed} 个，用水 {m3} m³（共 {total} m³）。</translation>
    </message>
    <message>
        <source>{period}: {listed} of {users} users are listed, which took {m3} of {total} m³.</source>
        <translation>{period}：列出 {users} 个用户中的 {listed} 个，用水 {m3} m³（共 {total} m³）。</translation>
    </message>
    <message>
        <source>Compounds by volume</source>
        <translation>小区用水量排名</translation>
    </message>
    <message>
        <source>Use of the quota (%)</source>
        <translation>定额使用率（%）</translation>
    </message>
    <message>
        <source>Above the plan (m³)</source>
        <translation>超计划水量（m³）</translation>
    </message>
    <message>
        <source>Water balance test due on</source>
        <translation>水平衡测试到期日期</translation>
    </message>
    <message>
        <source>Reclaimed water (%)</source>
        <translation>再生水利用率（%）</translation>
    </message>
    <message>
        <source>leakage {rate} %, above {limit} %</source>
        <translation>漏损率 {rate}%，超过 {limit}%</translation>
    </message>
    <message>
        <source>pressure at risk</source>
        <translation>存在水压风险</translation>
    </message>
    <message>
        <source>water quality at risk</source>
        <translation>存在水质风险</translation>
    </message>
    <message>
        <source>leakage unknown: no bulk meter</source>
        <translation>漏损率不明：无总表</translation>
    </message>
    <message>
        <source>leakage unknown: no users</source>
        <translation>漏损率不明：无用户</translation>
    </message>
    <message>
        <source>leakage unknown: the bulk meters tell no supply</source>
        <translation>漏损率不明：总表无供水量</translation>
    </message>
    <message>
        <source>leakage unknown: volumes cover {share} % of the days</source>
        <translation>漏损率不明：水量仅覆盖 {share}% 的天数</translation>
    </message>
    <message>
        <source>{period}: {must} of {compounds} compounds must be renovated, of {unknown} it is not known. What is known of their cost is {cost}.</source>
        <translation>{period}：{compounds} 个小区中 {must} 个应改造，{unknown} 个不明。应改造小区已知费用合计 {cost}。</translation>
    </message>
    <message>
        <source>Sold (m³)</source>
        <translation>售水量（m³）</translation>
    </message>
    <message>
        <source>Pressure at risk</source>
        <translation>水压风险</translation>
    </message>
    <message>
        <source>Water quality at risk</source>
        <translation>水质风险</translation>
    </message>
    <message>
        <source>What is to be done</source>
        <translation>改造内容</translation>
    </message>
    <message>
        <source>Pipes (m)</source>
        <translation>管道（m）</translation>
    </message>
    <message>
        <source>Risers (m)</source>
        <translation>立管（m）</translation>
    </message>
    <message>
        <source>Pump rooms</source>
        <translation>泵房</translation>
    </message>
    <message>
        <source>Cost inside the red line</source>
        <translation>红线内费用</translation>
    </message>
    <message>
        <source>Leakage a year</source>
        <translation>年漏耗</translation>
    </message>
    <message>
        <source>Repairs a year</source>
        <translation>年维修</translation>
    </message>
    <message>
        <source>Operation a year</source>
        <translation>年运行管理</translation>
    </message>
    <message>
        <source>There is no contract {names}. Give ids of contracts, or none for all.</source>
        <translation>不存在合同 {names}。请填写合同编号，或留空表示全部。</translation>
    </message>
    <message>
        <source>Weather and growth of the town are left as they are: volumes are not adjusted for them.</source>
        <translation>未作气温与城镇增长修正，水量按实际值对比。</translation>
    </message>
    <message>
        <source>These contracts name no zone or compound of this network, or lack a day: {names}.</source>
        <translation>以下合同未填本管网的分区或小区，或缺少日期：{names}。</translation>
    </message>
    <message>
        <source>No customer has a volume in this network: adopt the bills into the table “volume”, or give FROM and TO.</source>
        <translation>本管网无用户水量：请先将账单导入“volume”表，或填写 FROM 与 TO。</translation>
    </message>
    <message>
        <source>From {first} to {last} there are no days: give FROM and TO within the volumes of customers.</source>
        <translation>{first} 至 {last} 没有天数：请在用户水量的日期范围内填写 FROM 与 TO。</translation>
    </message>
    <message numerus="yes">
        <source>%n volume(s) of customers are left out: no number, or no first and last day in this order.</source>
        <translation>
            <numerusform>%n 条用户水量未计入：水量非数字，或起止日期缺失、颠倒。</numerusform>
        </translation>
    </message>
    <message>
        <source>Volumes of these customers overlap, so days count twice: {names}.</source>
        <translation>以下用户水量时段重叠，重叠天数重复计算：{names}。</translation>
    </message>
    <message>
        <source>These customers have negative volumes, which are counted as they are: {names}.</source>
        <translation>以下用户有负水量，按原值计入：{names}。</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s) have neither a volume nor readings in the period.</source>
        <translation>
            <numerusform>%n 个用户在此时期内既无水量也无读数。</numerusform>
        </translation>
    </message>
    <message>
        <source>LEVEL: {value} is neither 1 (managed by the city) nor 2 (by the district).</source>
        <translation>LEVEL：{value} 既非 1（市管）也非 2（区管）。</translation>
    </message>
    <message>
        <source>FROM_M3 ({first:g}) is above TO_M3 ({last:g}). Give them the other way round.</source>
        <translation>FROM_M3（{first:g}）大于 TO_M3（{last:g}），请对调。</translation>
    </message>
    <message>
        <source>{name}: {value} is not a number of users. Give 0 or more.</source>
        <translation>{name}：{value} 不是用户数，请填写 0 或更大的数。</translation>
    </message>
    <message>
        <source>SAMPLE_SHARE: {value:g} is not a share. Give a number from 0 to 1, such as 0.1 for 10 %.</source>
        <translation>SAMPLE_SHARE：{value:g} 不是比例，请填写 0 至 1 的数，例如 10% 填 0.1。</translation>
    </message>
    <message>
        <source>Ranking users</source>
        <translation>正在进行用户排名</translation>
    </message>
    <message>
        <source>TRADE: the list of trades has no {names}. Choose one of: {known}.</source>
        <translation>TRADE：行业列表中没有 {names}，可选：{known}。</translation>
    </message>
    <message>
        <source>The quota of these users is 0, so its use is not told: {names}.</source>
        <translation>以下用户定额为 0，不计算定额使用率：{names}。</translation>
    </message>
    <message numerus="yes">
        <source>%n user(s) name no compound and are in no sum.</source>
        <translation>
            <numerusform>%n 个用户未填所属小区，未计入合计。</numerusform>
        </translation>
    </message>
    <message>
        <source>Working out when meters are due</source>
        <translation>正在推算水表到期日期</translation>
    </message>
    <message>
        <source>LIMIT: {value:g} is not a leakage rate. Give a share from 0 to 1, such as 0.05 for 5 %.</source>
        <translation>LIMIT：{value:g} 不是漏损率，请填写 0 至 1 的数，例如 5% 填 0.05。</translation>
    </message>
    <message>
        <source>There is no compound in this network. Draw or adopt compounds first.</source>
        <translation>本管网中无小区，请先绘制或导入小区。</translation>
    </message>
    <message>
        <source>Screening compounds</source>
        <translation>正在筛查小区</translation>
    </message>
    <message numerus="yes">
        <source>No run has assessed %n pipe(s) of compounds: the works of these compounds are not known.</source>
        <translation>
            <numerusform>小区内 %n 条管段未经健康评估，所在小区的改造内容不明。</numerusform>
        </translation>
    </message>
    <message>
        <source>Divides the network into map sheets for a scale and paper and writes those that contain pipes, with the number of pipes and nodes on each and the length of the pipes. A sheet of a grid is numbered by the coordinates of its south-west corner in km, northing first; the grid is anchored at the origin of the coordinate system, so a sheet keeps its number when the network grows. Strips along pipes are numbered S01, S02 and so on, sheets of compounds, zones and projects by their id. The map book has one page for each of these sheets.</source>
        <translation>按比例尺和纸张将管网划分为图幅，输出有管线的图幅及其管段数、节点数和管长。矩形分幅以西南角坐标（km，先纵坐标后横坐标）编号；分幅以坐标系原点为基准，管网扩展时图号不变。沿管线的带状图幅编号为 S01、S02……，小区、分区和项目的图幅以其编号为图号。管线图册中每个图幅一页。</translation>
    </message>
    <message>
        <source>Sheet number, row and column, the numbers of the eight neighbouring sheets (north-west, north, north-east, west, east, south-west, south, south-east; separated by semicolons), page, number of pipes and nodes and metres of pipe on the sheet without connectors and removed pipes, and how far the map is turned clockwise.</source>
        <translation>图号、行号、列号、相邻八个图幅的图号（西北、北、东北、西、东、西南、南、东南，以分号分隔）、页码、图幅内的管段数、节点数和管长（m，不含连接段和已拆除管段），以及地图顺时针旋转的角度。</translation>
    </message>
    <message>
        <source>Length on all sheets in m</source>
        <translation>全部图幅管长（m）</translation>
    </message>
    <message>
        <source>Grid of sheets</source>
        <translation>矩形分幅</translation>
    </message>
    <message>
        <source>Strips along pipes</source>
        <translation>沿管线带状分幅</translation>
    </message>
    <message>
        <source>One a compound</source>
        <translation>每个小区一幅</translation>
    </message>
    <message>
        <source>One a zone</source>
        <translation>每个分区一幅</translation>
    </message>
    <message>
        <source>One a project</source>
        <translation>每个项目一幅</translation>
    </message>
    <message>
        <source>0, not for a grid: the first of 200 to 10000 at which each subject fits on its sheet.</source>
        <translation>0（矩形分幅除外）：取 200 至 10000 中首个能使对象完整落在图幅内的比例尺。</translation>
    </message>
    <message>
        <source>Paper size, landscape, or the standard sheets of 50x50 cm and 40x50 cm (40 cm north), at the scales 1:500, 1:1000, 1:2000 and 1:5000 only.</source>
        <translation>纸张（横向），或 50×50 cm、40×50 cm（南北 40 cm）标准图幅；标准图幅仅用于 1:500、1:1000、1:2000、1:5000。</translation>
    </message>
    <message>
        <source>Series</source>
        <translation>分幅方式</translation>
    </message>
    <message>
        <source>grid divides the network evenly; strip follows the pipes of SUBJECT with the map turned; compound, zone and project make one sheet for each.</source>
        <translation>grid 为矩形分幅；strip 沿 SUBJECT 所列管段带状分幅，地图随之旋转；compound、zone、project 分别为每个小区、分区、项目一幅。</translation>
    </message>
    <message>
        <source>Ids separated by semicolons: pipes for a strip or for the sheets of the grid they lie on, else compounds, zones or projects. Empty: all.</source>
        <translation>以分号分隔的编号：带状分幅为管段，矩形分幅为管段（取其所在图幅），其余为小区、分区或项目。留空为全部。</translation>
    </message>
    <message>
        <source>Standard sheets of {paper} cm exist at the scales {scales} only. Choose one of these as SCALE, or one of the papers A4 to A0.</source>
        <translation>{paper} cm 标准图幅只有 {scales} 比例尺。请将 SCALE 设为其中之一，或选用 A4 至 A0 纸张。</translation>
    </message>
    <message numerus="yes">
        <source>%n connector(s), {length} m</source>
        <translation>
            <numerusform>连接段 %n 段，{length} m</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n removed pipe(s), {length} m</source>
        <translation>
            <numerusform>已拆除管段 %n 段，{length} m</numerusform>
        </translation>
    </message>
    <message>
        <source>Not counted: {pipes}.</source>
        <translation>未计入：{pipes}。</translation>
    </message>
    <message>
        <source>SCALE 0 lets each sheet show all of its subject, so it is not for a grid. Write a scale, such as 1000, or choose another SERIES.</source>
        <translation>SCALE 为 0 时每幅完整显示其对象，不适用于矩形分幅。请填写比例尺（如 1000），或选择其他 SERIES。</translation>
    </message>
    <message>
        <source>SUBJECT: name the pipes along which the strips run, separated by semicolons.</source>
        <translation>SUBJECT：请填写带状分幅所沿管段的编号，以分号分隔。</translation>
    </message>
    <message>
        <source>SUBJECT: there is no pipe {ids}. Write ids of pipes, separated by semicolons.</source>
        <translation>SUBJECT：没有管段 {ids}。请填写管段编号，以分号分隔。</translation>
    </message>
    <message>
        <source>SUBJECT: none of these pipes has a length, so no strip runs along them.</source>
        <translation>SUBJECT：这些管段长度均为零，无法带状分幅。</translation>
    </message>
    <message>
        <source>Without a place, so without a sheet: {ids}.</source>
        <translation>无图形，未出图幅：{ids}。</translation>
    </message>
    <message>
        <source>Too large for 1:{scale:g} on {paper}, so at a smaller scale: {ids}.</source>
        <translation>在 {paper} 上按 1:{scale:g} 放不下，已改用较小比例尺：{ids}。</translation>
    </message>
    <message>
        <source>Without pipes, so without a sheet: {ids}.</source>
        <translation>无管线，未出图幅：{ids}。</translation>
    </message>
    <message>
        <source>The network has no compounds, so there is no sheet of one. Adopt compounds first.</source>
        <translation>管网中没有小区，无小区图幅可出。请先入库小区。</translation>
    </message>
    <message>
        <source>The network has no zones, so there is no sheet of one. Adopt or draw zones first.</source>
        <translation>管网中没有分区，无分区图幅可出。请先入库或绘制分区。</translation>
    </message>
    <message>
        <source>The network has no renewal plan with projects. Run “Plan renewal” (planrenewal) first.</source>
        <translation>管网中没有含项目的改造计划。请先运行“编制改造计划”（planrenewal）。</translation>
    </message>
    <message>
        <source>SUBJECT: there is no compound {ids}.</source>
        <translation>SUBJECT：没有小区 {ids}。</translation>
    </message>
    <message>
        <source>SUBJECT: there is no zone {ids}.</source>
        <translation>SUBJECT：没有分区 {ids}。</translation>
    </message>
    <message>
        <source>SUBJECT: there is no project {ids} in the plan that is shown.</source>
        <translation>SUBJECT：当前显示的计划中没有项目 {ids}。</translation>
    </message>
    <message>
        <source>Correct the ids or leave SUBJECT empty for all.</source>
        <translation>请改正编号，或将 SUBJECT 留空以取全部。</translation>
    </message>
    <message>
        <source>Answered.</source>
        <translation>已选定。</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>注记</translation>
    </message>
    <message>
        <source>A row for each pipe on each sheet: what its label says, and whether it is placed on the map, listed on the sheet under a number, or short: too short on paper for a label, or not drawn at this scale.</source>
        <translation>每张图幅上的每条管段一行：注记内容，以及注记状态：placed（已注于图上）、listed（按编号列入图幅注记表）、short（图上过短不注，或该比例尺下不显示）。</translation>
    </message>
    <message>
        <source>Pipes with a label on the map</source>
        <translation>图上有注记的管段数</translation>
    </message>
    <message>
        <source>Pipes with a label in the list of their sheet</source>
        <translation>列入图幅注记表的管段数</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>A page template of QGIS (.qpt) whose map has the item id “map” and the size of the sheets. Empty: sheet_a3.qpt (of the paper chosen) beside the network, else the shipped page.</source>
        <translation>QGIS 页面模板（.qpt），其地图项标识为“map”，尺寸与图幅相同。留空：采用管网旁的 sheet_a3.qpt（按所选图纸），否则采用自带页面。</translation>
    </message>
    <message>
        <source>summary: the pipes of each sheet by material; none: no table.</source>
        <translation>summary：按管材统计每幅的管段；none：不出统计表。</translation>
    </message>
    <message>
        <source>No table</source>
        <translation>不出统计表</translation>
    </message>
    <message>
        <source>Pipes by material</source>
        <translation>按管材统计管段</translation>
    </message>
    <message>
        <source>Dots per inch</source>
        <translation>每英寸点数</translation>
    </message>
    <message>
        <source>Of pictures in the book; lines and texts are as sharp as the printer draws them.</source>
        <translation>仅用于图册中的图片；线条和文字的清晰度取决于打印机。</translation>
    </message>
    <message>
        <source>Each sheet with its pages in the PDF, number of pipes and nodes, metres of pipe, and the reason where it could not be printed.</source>
        <translation>列出每幅图在 PDF 中的页码、管段数、节点数、管长，以及未能打印的原因。</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON 文件 (*.json)</translation>
    </message>
    <message>
        <source>Sheets taken over from a run that was stopped</source>
        <translation>沿用上次中断时已完成的图幅数</translation>
    </message>
    <message>
        <source>Sheets that could not be printed</source>
        <translation>未能打印的图幅数</translation>
    </message>
    <message>
        <source>Sheet {sheet} could not be printed: {reason}</source>
        <translation>图幅 {sheet} 未能打印：{reason}</translation>
    </message>
    <message>
        <source>TEMPLATE: there is no file {path}.</source>
        <translation>TEMPLATE：文件 {path} 不存在。</translation>
    </message>
    <message>
        <source>Without compounds taken over since</source>
        <translation>不计此日起接管的小区</translation>
    </message>
    <message>
        <source>Compounds taken over on this day, YYYY-MM-DD, or later are left out, with their supply and their customers. Empty: none.</source>
        <translation>自此日（YYYY-MM-DD）起接管的小区不计入，其供水量与用户一并扣除。留空：不扣除。</translation>
    </message>
    <message>
        <source>Public use</source>
        <translation>公共用水</translation>
    </message>
    <message>
        <source>With a meter</source>
        <translation>已装表</translation>
    </message>
    <message>
        <source>Without a meter</source>
        <translation>未装表</translation>
    </message>
    <message>
        <source>Public use (m³)</source>
        <translation>公共用水量（m³）</translation>
    </message>
    <message>
        <source>No compound taken over since {day} is left out.</source>
        <translation>{day} 起接管的小区均未扣除。</translation>
    </message>
    <message>
        <source>Compounds taken over since {day} are left out, with their supply and customers: {names}.</source>
        <translation>{day} 起接管的小区已扣除（含供水量与用户）：{names}。</translation>
    </message>
    <message>
        <source>The volumes of their bulk meters do not cover the period, so these compounds count: {names}.</source>
        <translation>以下小区总表水量未覆盖该时期，仍计入：{names}。</translation>
    </message>
    <message>
        <source>Month</source>
        <comment>report</comment>
        <translation>月报</translation>
    </message>
    <message>
        <source>Unit</source>
        <comment>programme</comment>
        <translation>责任单位</translation>
    </message>
    <message>
        <source>Compound</source>
        <comment>programme</comment>
        <translation>小区</translation>
    </message>
    <message>
        <source>No sheet was changed since then, so there is nothing to print.</source>
        <translation>此后没有变更图幅，无需印制。</translation>
    </message>
    <message>
        <source>Changed since</source>
        <translation>变更起点</translation>
    </message>
    <message>
        <source>The number of an edition, the id of a batch, or a time such as 2026-10-02: sheets are changed on which something was made, moved, changed or deleted since then.</source>
        <translation>版次号、批次编号或时间（如 2026-10-02）：此后有设施新增、移动、修改或删除的图幅为变更图幅。</translation>
    </message>
    <message>
        <source>SHEETS: there is no sheet {ids}.</source>
        <translation>SHEETS：没有图幅 {ids}。</translation>
    </message>
    <message numerus="yes">
        <source>Print the %n changed sheet(s)…</source>
        <translation>
            <numerusform>印制变更的 %n 幅…</numerusform>
        </translation>
    </message>
    <message>
        <source>Click to print.</source>
        <translation>单击打印。</translation>
    </message>
    <message>
        <source>edition {edition}</source>
        <translation>第 {edition} 版</translation>
    </message>
    <message>
        <source>Standard sheet {paper} cm</source>
        <translation>标准图幅 {paper} cm</translation>
    </message>
    <message>
        <source>Strips run along the pipes that are selected on the map.</source>
        <translation>带状分幅沿地图上选中的管段。</translation>
    </message>
    <message>
        <source>each as it fits</source>
        <translation>按对象自动</translation>
    </message>
    <message numerus="yes">
        <source>Only the %n sheet(s) changed since edition {edition}</source>
        <translation>
            <numerusform>仅印第 {edition} 版之后变更的 %n 幅</numerusform>
        </translation>
    </message>
    <message>
        <source>Changed sheets</source>
        <translation>变更图幅</translation>
    </message>
    <message>
        <source>No pipe is selected. Select the pipes along which the strips run.</source>
        <translation>未选中管段。请选中带状分幅所沿的管段。</translation>
    </message>
    <message>
        <source>none printed yet</source>
        <translation>尚未印制</translation>
    </message>
    <message>
        <source>SINCE “{text}” is neither the number of an edition ({known}), nor the id of a batch, nor a time such as 2026-10-02 or 2026-10-02T08:30.</source>
        <translation>SINCE“{text}”既不是版次号（{known}）、批次编号，也不是时间（如 2026-10-02 或 2026-10-02T08:30）。</translation>
    </message>
    <message>
        <source>SINCE “{text}” lies in the future. Write a day that is over.</source>
        <translation>SINCE“{text}”在将来。请填写已过去的日期。</translation>
    </message>
    <message>
        <source>The network keeps no record of this edition.</source>
        <translation>本版次未能登记到管网。</translation>
    </message>
    <message>
        <source>Edition {edition} was printed by somebody else meanwhile: this book is kept as edition {kept}, while its pages say {edition}. Print it again as EDITION {kept}.</source>
        <translation>第 {edition} 版在此期间已由他人印制：本图册登记为第 {kept} 版，但页面上印的是 {edition}。请以 EDITION {kept} 重新印制。</translation>
    </message>
    <message>
        <source>Keeping an edition</source>
        <translation>登记版次</translation>
    </message>
    <message>
        <source>Front pages and index</source>
        <translation>前页与索引</translation>
    </message>
    <message>
        <source>Cover, contents and index map before the sheets; behind them streets and valves with their sheets, and the sums.</source>
        <translation>图幅之前为封面、目录和图幅索引图；之后为道路索引、阀门索引及图幅统计。</translation>
    </message>
    <message>
        <source>Only these sheets</source>
        <translation>仅打印这些图幅</translation>
    </message>
    <message>
        <source>Numbers of sheets, separated by semicolons. Empty: all sheets of the series.</source>
        <translation>图号，以分号分隔。空：该系列的全部图幅。</translation>
    </message>
    <message>
        <source>Edition</source>
        <translation>版次</translation>
    </message>
    <message>
        <source>The number of the edition; one that was printed before is made anew. Empty: the next one.</source>
        <translation>版次号；已印制过的版次将重新制作。空：取下一版次。</translation>
    </message>
    <message>
        <source>EDITION “{text}” is not a number of an edition. Write a whole number from 1, or nothing for the next.</source>
        <translation>EDITION“{text}”不是有效版次。请填写从 1 起的整数，或留空取下一版次。</translation>
    </message>
    <message>
        <source>{name}: {path} is a folder. Give the name of a file in it.</source>
        <translation>{name}：{path} 是文件夹。请给出其中的文件名。</translation>
    </message>
    <message>
        <source>PDF</source>
        <translation>PDF</translation>
    </message>
    <message>
        <source>Pictures (PNG)</source>
        <translation>图片（PNG）</translation>
    </message>
    <message>
        <source>Geo-PDF</source>
        <translation>GeoPDF</translation>
    </message>
    <message>
        <source>The PDF to write; an existing file is replaced. A folder gets a file for each sheet, named by its number, without front pages and index.</source>
        <translation>要写出的 PDF，已有文件将被替换。若为文件夹，则每个图幅一个文件，以图号命名，不含封面、目录和索引。</translation>
    </message>
    <message>
        <source>FORMAT png makes a picture of each sheet: give a folder for them as OUTPUT.</source>
        <translation>FORMAT 为 png 时每个图幅一张图片：OUTPUT 请给出文件夹。</translation>
    </message>
    <message>
        <source>{name} must end in .pdf, or be a folder, which gets a file for each sheet.</source>
        <translation>{name} 必须以 .pdf 结尾，或者是文件夹（每个图幅一个文件）。</translation>
    </message>
    <message>
        <source>{path} is being printed by another run. Wait for its end, or choose another name.</source>
        <translation>另一次打印正在写出 {path}。请等其结束，或另取名称。</translation>
    </message>
    <message>
        <source>pdf; png: a picture of each page, for a folder as OUTPUT; geopdf: a PDF whose maps know where they lie, for other GIS and tablets; a search may miss Chinese signs in it.</source>
        <translation>pdf；png：每页一张图片，OUTPUT 须为文件夹；geopdf：地图带坐标的 PDF，供其他 GIS 和平板使用，其中个别汉字可能搜索不到。</translation>
    </message>
    <message>
        <source>number of households</source>
        <translation>户数</translation>
    </message>
    <message>
        <source>Refused</source>
        <comment>programme</comment>
        <translation>拒绝改造</translation>
    </message>
    <message>
        <source>as of {day}</source>
        <translation>截至 {day}</translation>
    </message>
    <message>
        <source>{network}, due on {day}</source>
        <translation>{network}，报送期限 {day}</translation>
    </message>
    <message>
        <source>phase {number}</source>
        <translation>第 {number} 阶段</translation>
    </message>
    <message>
        <source>Total meters by the pipes</source>
        <translation>按管网推定总分表</translation>
    </message>
    <message>
        <source>Finds the total meter of each meter in use: the nearest one without which no water comes to it. A meter on no pipe is fed by the pipe of its customer; a total meter of another compound is told, not proposed. What is kept is one batch that can be undone.</source>
        <translation>推定每只在用水表的上级总表：水必经的最近一只水表。不在管线上的水表按其用户的供水管段推定；上级总表属其他小区时只列出，不推定。写入的内容为一批，可撤销。</translation>
    </message>
    <message>
        <source>Total meters</source>
        <translation>总表</translation>
    </message>
    <message>
        <source>Ids with semicolons: only meters below these. Empty: all meters.</source>
        <translation>编号，以分号分隔：只推定其下的水表。留空：全部水表。</translation>
    </message>
    <message>
        <source>Replace others</source>
        <translation>替换不同的总表</translation>
    </message>
    <message>
        <source>Also meters that name another total meter get the one that the pipes tell.</source>
        <translation>已填其他上级总表的水表也改为按管网推定的总表。</translation>
    </message>
    <message>
        <source>Write the total meters as one batch that can be undone.</source>
        <translation>将上级总表作为一批写入，可撤销。</translation>
    </message>
    <message>
        <source>Every meter in use with its total meter, as written and by the pipes.</source>
        <translation>每只在用水表及其上级总表：现有的与按管网推定的。</translation>
    </message>
    <message>
        <source>Meters by state, and each of which something is to be said; figures in a .json file.</source>
        <translation>按状态统计的水表，以及需说明的每只水表；数据另存 .json 文件。</translation>
    </message>
    <message>
        <source>New total meters</source>
        <translation>新推定的总表</translation>
    </message>
    <message>
        <source>Of {meters} meters {new} get a total meter by the pipes, {same} name the same one, {other} name another one, {top} have none above them.</source>
        <translation>{meters} 只水表中，{new} 只按管网得到上级总表，{same} 只与现有一致，{other} 只与现有不同，{top} 只上无总表。</translation>
    </message>
    <message numerus="yes">
        <source>Of %n meter(s) the pipes tell nothing that can be written; the list says why.</source>
        <translation>
            <numerusform>%n 只水表无法按管网推定，原因见列表。</numerusform>
        </translation>
    </message>
    <message>
        <source>Meters by state</source>
        <translation>按状态统计</translation>
    </message>
    <message>
        <source>Total meter</source>
        <translation>上级总表</translation>
    </message>
    <message>
        <source>By the pipes</source>
        <translation>按管网推定</translation>
    </message>
    <message>
        <source>There is no meter {names} in this network. Give ids of total meters, or none for all.</source>
        <translation>管网中没有水表 {names}。请填写总表编号，留空表示全部。</translation>
    </message>
    <message>
        <source>The network has no source, so nothing tells what is below a meter. Draw its source or plant.</source>
        <translation>管网没有水源，无法判断水表下方的供水范围。请先绘制水源或水厂。</translation>
    </message>
    <message>
        <source>Looking for what each meter feeds</source>
        <translation>正在查找每只水表的供水范围</translation>
    </message>
</context>
</TS>
